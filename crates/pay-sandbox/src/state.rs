//! The whole state of a sandbox, and what a request does to it. No I/O, no waiting.

use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;

use crate::{
    admin,
    answer::Answer,
    clock::{Clock, Millis},
    delivery::{Delivery, Lost},
    faults::{Fault, FaultKind, Phase, Rules, Wording, disturb},
    ledger::{Cause, Ledger},
    outbox::Outbox,
    provider::Provider,
    providers::Providers,
    request::Request,
    request_log::{LoggedRequest, without_card_numbers},
    switches::Switches,
    world::World,
};

/// What a sandbox starts from, and returns to when it is reset.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) seed: u64,
    pub(crate) clock: Clock,
    pub(crate) switches: Switches,
    pub(crate) faults: Vec<Fault>,
    pub(crate) base_url: String,
    /// Whether it has sockets, and so sends webhooks by itself.
    pub(crate) sends: bool,
}

pub(crate) struct State {
    start: Start,
    pub(crate) clock: Clock,
    pub(crate) world: World,
    pub(crate) faults: Rules,
    pub(crate) requests: Vec<LoggedRequest>,
    pub(crate) connections: u64,
    pub(crate) providers: Providers,
    delayed: Vec<Delayed>,
}

/// A request that takes effect later. It may hold card data, until then.
struct Delayed {
    due: Millis,
    request: Request,
}

impl State {
    pub(crate) fn new(start: Start) -> Self {
        let mut rng = Rng::with_seed(start.seed);
        let mut faults = Rules::new(rng.u64(..));
        for fault in &start.faults {
            faults.add(fault.clone());
        }
        let world = World {
            now: start.clock.now(),
            rng,
            switches: start.switches.clone(),
            ledger: Ledger::default(),
            cause: Cause::default(),
            outbox: Outbox::new(start.sends),
            base_url: start.base_url.clone(),
        };
        Self {
            clock: start.clock,
            world,
            faults,
            requests: Vec::new(),
            connections: 0,
            providers: Providers::new(),
            delayed: Vec::new(),
            start,
        }
    }

    /// Forgets everything that happened since the start, rules and switches set later included.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.start.clone());
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.clock.advance(by);
        self.settle();
    }

    /// Does what was due by now, in order of time.
    pub(crate) fn settle(&mut self) {
        let now = self.clock.now();
        while let Some(due) = self.next_event().filter(|due| *due <= now) {
            // Time never runs backwards, even for what is found late.
            self.world.now = self.world.now.max(due);
            let place = self.delayed.iter().position(|delayed| delayed.due <= due);
            match place.map(|place| self.delayed.remove(place)) {
                Some(delayed) => {
                    self.apply(&delayed.request);
                }
                None => {
                    self.providers.settle(&mut self.world);
                }
            }
        }
        self.world.now = now;
    }

    /// When something next happens by itself.
    pub(crate) fn next_event(&self) -> Option<Millis> {
        let delayed = self.delayed.iter().map(|delayed| delayed.due);
        delayed.chain(self.providers.next_event()).min()
    }

    /// When something next happens by itself, a webhook's next attempt included.
    pub(crate) fn next_event_or_webhook(&self) -> Option<Millis> {
        self.next_event().into_iter().chain(self.world.outbox.next_due(self.world.now)).min()
    }

    /// How long the machine's clock runs until then; `None` if nothing comes, or time stands still.
    pub(crate) fn until_next_event(&self) -> Option<Duration> {
        self.clock.until(self.next_event_or_webhook()?)
    }

    /// A connection came: a fault may end it before anything is read.
    pub(crate) fn accepted(&mut self) -> Option<(u64, Delivery)> {
        self.connections += 1;
        let (number, fault) = self.faults.for_connection()?;
        self.faults.struck(number, &fault, None, 0);
        let delivery = match fault.kind {
            FaultKind::Reset => Delivery::Reset,
            FaultKind::Stall { for_at_most } => Delivery::Stall(for_at_most),
            _ => Delivery::Close,
        };
        Some((number, delivery))
    }

    /// A call without sockets: a connection of its own, then the request.
    pub(crate) fn call(&mut self, request: Request) -> Result<http::Response<Bytes>, Lost> {
        let Some((number, delivery)) = self.accepted() else {
            return self.exchange(request).without_sockets();
        };
        // On a socket nobody knows what would have come; here it is known.
        let operation = self.operation(&request);
        self.log(&request, operation, None, Some(number));
        match delivery {
            Delivery::Stall(for_at_most) => Err(Lost::Stalled { for_at_most }),
            _ => Err(Lost::NotRead),
        }
    }

    /// A request was read: works on it, as far as faults allow.
    pub(crate) fn exchange(&mut self, request: Request) -> Delivery {
        if let Some(answer) = admin::answer(self, &request) {
            return Delivery::Whole(answer);
        }
        let operation = self.operation(&request);
        match self.faults.for_request(operation, &request) {
            None => {
                let answer = self.apply(&request);
                self.log(&request, operation, Some(answer.status), None);
                Delivery::Whole(answer)
            }
            Some((number, fault)) => self.exchange_with(number, &fault, operation, request),
        }
    }

    fn exchange_with(
        &mut self,
        number: u64,
        fault: &Fault,
        operation: Option<&'static str>,
        mut request: Request,
    ) -> Delivery {
        let wording = self.wording(&request, fault);
        let answer = match fault.in_phase() {
            Phase::After => {
                if fault.kind == FaultKind::DuplicateRequest {
                    self.apply(&request);
                }
                Some(self.apply(&request))
            }
            _ => None,
        };
        let made = answer.as_ref().map(|answer| answer.status);
        let (delivery, bytes) =
            disturb(&fault.kind, answer, &request, wording, &mut self.faults.rng);
        let struck = (bytes > 0).then_some(number);
        if struck.is_some() {
            self.faults.struck(number, fault, operation, bytes);
        }
        let status = match &delivery {
            Delivery::Whole(answer) => Some(answer.status),
            _ => made,
        };
        self.log(&request, operation, status, struck);
        if let Phase::Later(after) = fault.in_phase() {
            let after = Millis::try_from(after.as_millis()).unwrap_or(Millis::MAX);
            let due = self.world.now.saturating_add(after);
            // Kept in order of time; of two at the same time the first to come is first.
            let place = self.delayed.partition_point(|delayed| delayed.due <= due);
            request.came_at = Some(self.world.now);
            self.delayed.insert(place, Delayed { due, request });
        }
        delivery
    }

    /// Works on a request as the provider would.
    fn apply(&mut self, request: &Request) -> Answer {
        let operation = self.operation(request);
        let tag = request.header("x-sandbox-tag").map(str::to_owned);
        match self.provider(request) {
            None => Answer::text(
                404,
                "text/plain",
                "No provider has this path. GET /_sandbox says what is here.\n".to_owned(),
            ),
            Some((provider, world)) => {
                world.cause = Cause {
                    provider: provider.name(),
                    operation: operation.unwrap_or_default().to_owned(),
                    tag,
                };
                provider.respond(request, world)
            }
        }
    }

    fn operation(&mut self, request: &Request) -> Option<&'static str> {
        self.provider(request).and_then(|(provider, _)| provider.operation(request))
    }

    fn wording(&mut self, request: &Request, fault: &Fault) -> Wording {
        let status = match fault.kind {
            FaultKind::Status { status, .. } => status,
            _ => 500,
        };
        match self.provider(request) {
            None => {
                Wording { verdict_fields: &[], amount_fields: &[], refusal: Answer::empty(status) }
            }
            Some((provider, world)) => Wording {
                verdict_fields: provider.verdict_fields(),
                amount_fields: provider.amount_fields(),
                refusal: provider.refusal(status, world),
            },
        }
    }

    /// The provider whose name the path starts with.
    pub(crate) fn provider(
        &mut self,
        request: &Request,
    ) -> Option<(&mut dyn Provider, &mut World)> {
        let name = request.segments().into_iter().next()?;
        self.provider_named(&name)
    }

    pub(crate) fn provider_named(&mut self, name: &str) -> Option<(&mut dyn Provider, &mut World)> {
        Some((self.providers.named(name)?, &mut self.world))
    }

    fn log(
        &mut self,
        request: &Request,
        operation: Option<&str>,
        status: Option<u16>,
        fault: Option<u64>,
    ) {
        let serial = self.requests.last().map_or(1, |last| last.serial + 1);
        self.requests.push(LoggedRequest {
            serial,
            at_ms: self.world.now,
            operation: operation.map(str::to_owned),
            method: request.method.clone(),
            path: without_card_numbers(&request.path),
            status,
            fault,
            tag: request.header("x-sandbox-tag").map(str::to_owned),
        });
    }
}
