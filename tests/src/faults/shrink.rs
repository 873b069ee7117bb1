//! Cuts a failing schedule down to what it needs to fail.

use super::{
    checker::check,
    counter::Counter,
    schedule::{Schedule, Step},
    world::run,
};

/// Takes out whatever can go while the same promise still breaks.
pub fn shrink(schedule: &Schedule, counter: Counter) -> Schedule {
    let fails = |schedule: &Schedule| {
        let (violations, _) = check(&run(schedule).trace);
        violations.iter().any(|violation| violation.counter == counter)
    };
    shrink_by(schedule, fails)
}

fn shrink_by(schedule: &Schedule, fails: impl Fn(&Schedule) -> bool) -> Schedule {
    let mut best = schedule.clone();
    loop {
        let smaller = smaller(&best).into_iter().find(|smaller| fails(smaller));
        match smaller {
            Some(smaller) => best = smaller,
            None => return best,
        }
    }
}

/// Everything that is one thing less, the largest first.
fn smaller(schedule: &Schedule) -> Vec<Schedule> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Schedule)| {
        let mut next = schedule.clone();
        change(&mut next);
        if next != *schedule {
            all.push(next);
        }
    };
    with(&|next| next.faults.clear());
    with(&|next| next.switches.clear());
    with(&|next| next.crashes.clear());
    with(&|next| next.hops = false);
    with(&|next| next.rotating = false);
    for at in 0..schedule.steps.len() {
        with(&|next| drop(next.steps.remove(at)));
    }
    for at in 0..schedule.faults.len() {
        with(&|next| drop(next.faults.remove(at)));
    }
    for at in 0..schedule.switches.len() {
        with(&|next| drop(next.switches.remove(at)));
    }
    with(&|next| {
        next.crashes.pop();
    });
    with(&|next| next.workers = 1);
    for at in 0..schedule.steps.len() {
        with(&|next| {
            if let Some(Step::Ask(intent)) = next.steps.get_mut(at) {
                intent.dropped_after = None;
            }
        });
        with(&|next| {
            if let Some(Step::Ask(intent)) = next.steps.get_mut(at) {
                intent.key = None;
            }
        });
        with(&|next| {
            if let Some(Step::Ask(intent)) = next.steps.get_mut(at) {
                intent.waits = true;
            }
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{super::draw, *};

    #[test]
    fn what_is_not_needed_is_taken_out() {
        let wish = draw::Wish::default();
        let schedule = (0..)
            .map(|seed| draw::draw(seed, &wish))
            .find(|schedule| schedule.faults.len() > 2 && schedule.intents().count() > 3)
            .unwrap();
        let needed = schedule.faults[1].clone();
        let small = shrink_by(&schedule, |s| s.faults.contains(&needed) && !s.steps.is_empty());
        assert_eq!(small.faults, [needed]);
        assert_eq!((small.steps.len(), small.crashes.len(), small.switches.len()), (1, 0, 0));
    }
}
