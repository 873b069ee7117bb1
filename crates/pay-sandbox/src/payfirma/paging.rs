//! Lists in pages.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Refusal, Reply,
    switches::{DefaultPage, ListEnd, ListEnvelope, ListOrder, LongestPage},
};
use crate::{
    answer::Answer,
    json::{Json, Object},
    request::Request,
    world::World,
};

/// What is listed: its place in time and how it is written.
pub(crate) trait Listed {
    fn number(&self) -> u64;
    fn to_json(&self, world: &World) -> Json;
}

/// Where a page begins or ends.
#[derive(Clone, Copy)]
enum Cursor {
    /// Before everything.
    Start,
    At(u64),
}

/// One page of `items`, which come oldest first. `name` is the key that some envelopes use.
pub(crate) fn page<T: Listed>(
    world: &World,
    request: &Request,
    name: &str,
    mut items: Vec<&T>,
) -> Reply {
    if world.switch::<ListOrder>() == ListOrder::NewestFirst {
        items.reverse();
    }
    let limit = limit(world, request)?;
    let after = request.query("after").filter(|text| !text.is_empty());
    let after = after.map(Cursor::parse).transpose()?;
    let before = request.query("before").filter(|text| !text.is_empty());
    let before = before.map(Cursor::parse).transpose()?;
    let place_of = |number| {
        let found = items.iter().position(|item| item.number() == number);
        found.ok_or_else(|| Refusal::invalid("The cursor is not known"))
    };
    let mut start = match after {
        Some(Cursor::At(number)) => place_of(number)? + 1,
        Some(Cursor::Start) | None => 0,
    };
    let mut end = items.len().min(start.saturating_add(limit));
    if let Some(Cursor::At(number)) = before {
        let first = place_of(number)?;
        // With both cursors, what lies between them; with `before` alone, the page before it.
        if after.is_some() {
            end = end.min(first);
        } else {
            (start, end) = (first.saturating_sub(limit), first);
        }
    }
    let shown = items.get(start..end).unwrap_or_default();
    let more = end < items.len();
    let last = shown.last().map(|item| Cursor::At(item.number()));
    let next = match world.switch() {
        ListEnd::NoCursor => last.filter(|_| more),
        ListEnd::EmptyPage => last,
        ListEnd::Repeats if more => last,
        ListEnd::Repeats => Some(after.unwrap_or(Cursor::Start)),
    };
    let cursors = Object::new()
        .with_optional("before", shown.first().map(|item| Cursor::At(item.number()).text()))
        .with_optional("after", next.map(Cursor::text));
    let entities: Vec<Json> = shown.iter().map(|item| item.to_json(world)).collect();
    Ok(Answer::json(200, envelope(world.switch(), name, entities, cursors)))
}

fn envelope(envelope: ListEnvelope, name: &str, entities: Vec<Json>, cursors: Object) -> Json {
    let (key, cursors_key) = match envelope {
        ListEnvelope::BareArray => return entities.into(),
        ListEnvelope::Entities => ("entities", "cursors"),
        ListEnvelope::Named => (name, "cursors"),
        ListEnvelope::SingleCursor => ("entities", "cursor"),
    };
    let paging = Object::new().with(cursors_key, cursors);
    Object::new().with(key, entities).with("paging", paging).into()
}

fn limit(world: &World, request: &Request) -> Result<usize, Refusal> {
    let limit = match request.query("limit").filter(|text| !text.is_empty()) {
        None => world.switch::<DefaultPage>().0,
        Some(text) => {
            let limit = text.parse().ok().filter(|limit| *limit > 0);
            limit.ok_or_else(|| Refusal::invalid("limit must be a number from 1"))?
        }
    };
    Ok(usize::try_from(limit.min(world.switch::<LongestPage>().0)).unwrap_or(usize::MAX))
}

impl Cursor {
    fn text(self) -> String {
        URL_SAFE_NO_PAD.encode(match self {
            Self::Start => "cursor:start".to_owned(),
            Self::At(number) => format!("cursor:{number:012}"),
        })
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::invalid("The cursor is not known");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unknown())?;
        let text = String::from_utf8(bytes).map_err(|_| unknown())?;
        match text.strip_prefix("cursor:") {
            Some("start") => Ok(Self::Start),
            Some(number) => number.parse().map(Self::At).map_err(|_| unknown()),
            None => Err(unknown()),
        }
    }
}
