//! What the relay does to a connection.

use std::time::Duration;

use super::message::Framing;
use crate::faults::dice::Dice;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// In order (FIN).
    Close,
    /// By a reset (RST).
    Reset,
    /// Not at all: nothing comes any more, until the client has gone.
    Stall,
}

/// What happens to one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    /// Nobody listens.
    Refuse,
    /// It ends when it has come, before a byte is read.
    Accept(End),
    /// It ends when so many bytes of the request have gone on to the provider.
    Request {
        after: usize,
        end: End,
    },
    /// It ends when so many bytes of the answer have gone back. Counted again from the start where
    /// the answer is shorter.
    Answer {
        after: usize,
        end: End,
        framing: Framing,
    },
    /// The answer comes whole, framed in another way.
    Frame(Framing),
    /// Both directions in small pieces.
    Shred {
        piece: usize,
        pause: Duration,
    },
    /// The answer comes a second time when the next request is under way.
    LateDuplicate,
}

impl Trouble {
    /// The kinds that a relay counts, each where it has changed bytes.
    pub(super) const KINDS: [&'static str; 13] = [
        "relay-refused",
        "relay-accept-close",
        "relay-accept-reset",
        "relay-accept-stall",
        "relay-request-close",
        "relay-request-reset",
        "relay-request-stall",
        "relay-answer-close",
        "relay-answer-reset",
        "relay-answer-stall",
        "relay-framed",
        "relay-shredded",
        "relay-late-duplicate",
    ];

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Refuse => "relay-refused",
            Self::Accept(End::Close) => "relay-accept-close",
            Self::Accept(End::Reset) => "relay-accept-reset",
            Self::Accept(End::Stall) => "relay-accept-stall",
            Self::Request { end: End::Close, .. } => "relay-request-close",
            Self::Request { end: End::Reset, .. } => "relay-request-reset",
            Self::Request { end: End::Stall, .. } => "relay-request-stall",
            Self::Answer { end: End::Close, .. } => "relay-answer-close",
            Self::Answer { end: End::Reset, .. } => "relay-answer-reset",
            Self::Answer { end: End::Stall, .. } => "relay-answer-stall",
            Self::Frame(_) => "relay-framed",
            Self::Shred { .. } => "relay-shredded",
            Self::LateDuplicate => "relay-late-duplicate",
        }
    }

    /// Each as likely as any other, so that none is long in coming.
    pub(super) fn any(dice: &Dice) -> Self {
        let end = *dice.pick(&[End::Close, End::Reset, End::Stall]);
        let framing = *dice.pick(&Framing::ALL);
        match dice.below(12) {
            0 => Self::Refuse,
            1..=3 => Self::Accept(end),
            // Every request is longer than that.
            4..=6 => Self::Request { after: dice.below(150), end },
            7..=9 => Self::Answer { after: dice.below(4_096), end, framing },
            10 => Self::Frame(*dice.pick(&[Framing::Chunked, Framing::UntilClose])),
            _ => Self::Shred { piece: 7, pause: Duration::ZERO },
        }
    }

    /// What no client may be misled by.
    pub(super) fn drawn_harmless(dice: &Dice) -> Self {
        match dice.below(3) {
            0 => Self::None,
            1 => Self::Frame(*dice.pick(&Framing::ALL)),
            _ => Self::Shred {
                piece: *dice.pick(&[1, 7, 100]),
                pause: Duration::from_millis(*dice.pick(&[0, 0, 1])),
            },
        }
    }

    /// For a request of about so many bytes.
    pub(super) fn drawn(dice: &Dice, request: usize) -> Self {
        let end = *dice.pick(&[End::Close, End::Close, End::Reset, End::Reset, End::Stall]);
        match dice.below(12) {
            0 => Self::Refuse,
            1..=2 => Self::Accept(end),
            3..=4 => Self::Request { after: dice.below(request + 1), end },
            5..=8 => {
                Self::Answer { after: dice.below(4_096), end, framing: *dice.pick(&Framing::ALL) }
            }
            _ => Self::drawn_harmless(dice),
        }
    }

    /// For a connection that stays, for reads.
    pub(super) fn drawn_for_reads(dice: &Dice) -> Self {
        match dice.below(4) {
            0..=1 => Self::LateDuplicate,
            _ => Self::drawn(dice, 400),
        }
    }
}
