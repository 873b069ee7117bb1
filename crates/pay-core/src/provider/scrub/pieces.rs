/// A body taken apart just enough to know what stands inside quotes.
pub(super) enum Piece<'a> {
    Key(&'a str),
    Text(&'a str),
    /// The whole of a body that is not JSON.
    Prose(&'a str),
    Outside(&'a str),
}

pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return vec![Piece::Prose(text)];
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('"') {
        let (outside, after) = rest.split_at(open + 1);
        pieces.push(Piece::Outside(outside));
        let close = closing_quote(after);
        let (literal, tail) = after.split_at(close);
        let is_key = tail.get(1..).is_some_and(|tail| tail.trim_start().starts_with(':'));
        pieces.push(if is_key { Piece::Key(literal) } else { Piece::Text(literal) });
        let (quote, tail) = tail.split_at(tail.len().min(1));
        pieces.push(Piece::Outside(quote));
        rest = tail;
    }
    pieces.push(Piece::Outside(rest));
    pieces
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => return at,
            _ => escaped = false,
        }
    }
    text.len()
}
