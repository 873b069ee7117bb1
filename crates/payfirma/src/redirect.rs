use pay_core::Invalid;

/// What a browser brings back in the query of a redirect.
pub(crate) struct RedirectParameters(Vec<(String, String)>);

impl RedirectParameters {
    /// Takes the query, with or without its `?`, or the whole address. The document's sample of a
    /// redirect has `&` where the `?` should be, so either may begin the query.
    pub(crate) fn parse(text: &str) -> Self {
        let is_address = ["https://", "http://", "/"].iter().any(|start| text.starts_with(start));
        let query = if is_address {
            text.split_once(['?', '&']).map_or("", |(_, query)| query)
        } else {
            text.trim_start_matches(['?', '&'])
        };
        let query = query.split('#').next().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        Self(pairs.into_owned().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A parameter's value. One that comes twice is refused: which of the two would be meant?
    pub(crate) fn take(&mut self, name: &'static str) -> Result<Option<String>, Invalid> {
        let mut values = self.0.extract_if(.., |(given, _)| given == name);
        let value = values.next().map(|(_, value)| value);
        if values.next().is_some() {
            return Err(Invalid::new(name, "must be given once"));
        }
        Ok(value)
    }

    /// The same, where there must be one.
    pub(crate) fn need(&mut self, name: &'static str) -> Result<String, Invalid> {
        self.take(name)?.ok_or_else(|| Invalid::new(name, "must be given"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_however_it_comes() {
        for text in [
            "code=a%2Bb+c&state=s",
            "?code=a%2Bb+c&state=s",
            "&code=a%2Bb+c&state=s",
            "https:///www.example.com&code=a%2Bb+c&state=s",
            "https://www.example.com/callback?code=a%2Bb+c&state=s#part",
            "/callback&code=a%2Bb+c&state=s",
            "state=s&empty=&code=a%2Bb+c",
        ] {
            let mut parameters = RedirectParameters::parse(text);
            assert_eq!(parameters.need("code").unwrap(), "a+b c", "{text}");
            assert_eq!(parameters.take("state").unwrap().as_deref(), Some("s"), "{text}");
            assert_eq!(parameters.take("empty").unwrap(), None, "{text}");
        }
    }

    #[test]
    fn an_address_inside_a_query_hides_nothing() {
        let mut parameters = RedirectParameters::parse("code=c&next=https://a.test/?x=1&state=s");
        assert_eq!(parameters.need("code").unwrap(), "c");
        assert_eq!(parameters.need("state").unwrap(), "s");
    }

    #[test]
    fn a_parameter_that_comes_twice_is_refused() {
        let mut parameters = RedirectParameters::parse("code=a&code=b");
        assert_eq!(parameters.take("code").unwrap_err().field(), "code");
    }
}
