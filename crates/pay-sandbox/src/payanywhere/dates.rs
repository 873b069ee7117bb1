//! The ends of a list: `2017-07-19 13:30:00` or `2017-07-19`.

use time::{Date, PrimitiveDateTime, macros::format_description};

use super::switches::{EndDay, Zone};
use crate::{clock::Millis, world::World};

const DAY: Millis = 86_400_000;
const EASTERN: Millis = -5 * 3_600_000;

/// The first moment of what is meant.
pub(crate) fn start(text: &str, world: &World) -> Option<Millis> {
    parse(text, world).map(|(at, _)| at)
}

/// The last moment of what is meant.
pub(crate) fn end(text: &str, world: &World) -> Option<Millis> {
    let (at, is_day) = parse(text, world)?;
    let whole_day = is_day && world.switch::<EndDay>() == EndDay::Included;
    Some(if whole_day { at.saturating_add(DAY - 1) } else { at })
}

/// The moment, and whether it is a whole day.
fn parse(text: &str, world: &World) -> Option<(Millis, bool)> {
    let moment = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let day = format_description!("[year]-[month]-[day]");
    let (at, is_day) = match PrimitiveDateTime::parse(text, &moment) {
        Ok(at) => (at, false),
        Err(_) => (Date::parse(text, &day).ok()?.midnight(), true),
    };
    let at = at.assume_utc().unix_timestamp().checked_mul(1_000)?;
    let offset = match world.switch() {
        Zone::Utc => 0,
        Zone::Eastern => EASTERN,
    };
    Some((at.checked_sub(offset)?, is_day))
}
