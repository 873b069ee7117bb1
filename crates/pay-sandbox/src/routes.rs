//! A provider's operations as a table of routes.

use crate::request::Request;

/// One route. `H` is what a provider keeps with it: its handler, at least.
#[derive(Debug)]
pub(crate) struct Route<H> {
    pub(crate) operation: &'static str,
    pub(crate) method: &'static str,
    /// Below the provider's name; `*` is a parameter.
    pub(crate) path: &'static str,
    pub(crate) handler: H,
}

/// Why no route was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// There is nothing at this path.
    Path,
    /// The path takes only these methods.
    Method(Vec<&'static str>),
}

/// The route of a request and the values of its parameters, decoded.
pub(crate) fn find<H>(
    routes: &'static [Route<H>],
    request: &Request,
) -> Result<(&'static Route<H>, Vec<String>), NoRoute> {
    let segments = request.segments();
    let segments = segments.get(1..).unwrap_or_default();
    let mut methods = Vec::new();
    for route in routes {
        if let Some(params) = params(route.path, segments) {
            if route.method == request.method {
                return Ok((route, params));
            }
            methods.push(route.method);
        }
    }
    Err(if methods.is_empty() { NoRoute::Path } else { NoRoute::Method(methods) })
}

/// The parameters of a path that fits; an empty one fits nothing.
fn params(path: &str, segments: &[String]) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut segments = segments.iter();
    for part in path.split('/').skip(1) {
        let segment = segments.next()?;
        match part {
            "*" if segment.is_empty() => return None,
            "*" => params.push(segment.clone()),
            part if part != segment => return None,
            _ => {}
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const TABLE: &[Route<()>] = &[
        Route { operation: "x.a.list", method: "GET", path: "/a", handler: () },
        Route { operation: "x.a.get", method: "GET", path: "/a/*", handler: () },
        Route { operation: "x.a.create", method: "POST", path: "/a", handler: () },
    ];

    #[test]
    fn paths_and_methods_are_told_apart() {
        let find = |method, path| {
            let found = find(TABLE, &Request::new(method, path, vec![], Bytes::new()));
            found.map(|(route, params)| (route.operation, params))
        };
        assert_eq!(find("GET", "/x/a/"), Ok(("x.a.list", vec![])));
        assert_eq!(find("GET", "/x/a/b%2Fc"), Ok(("x.a.get", vec!["b/c".to_owned()])));
        assert_eq!(find("POST", "/x/a"), Ok(("x.a.create", vec![])));
        assert_eq!(find("DELETE", "/x/a"), Err(NoRoute::Method(vec!["GET", "POST"])));
        assert_eq!(find("GET", "/x/a/b/c"), Err(NoRoute::Path));
        assert_eq!(find("GET", "/x"), Err(NoRoute::Path));
    }
}
