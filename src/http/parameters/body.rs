//! Parameters in the body of a request, as a JSON object.

use std::fmt;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Parameter, ParameterKind};
use crate::config::limits;
use crate::http::problem::ProblemDetails;
use crate::http::request_body::{BodyReader, BodyReservation, ReceivedBody};
use crate::query::{RequestError, shortened};

/// Content type of parameters in a body.
const JSON: &str = "application/json";

/// The parameters in a body, with the memory that is reserved until the request is answered.
#[derive(Debug)]
pub(in crate::http) struct BodyParameters<T> {
    pub(in crate::http) parameters: T,
    pub(in crate::http) reservation: BodyReservation,
}

/// Returns the parameters in the body of a request: an object with a value of the parameter's type for each name.
/// `null` means the default. The result is the same as for the parameters in a URL.
///
/// # Errors
/// Status 415 if the body is not JSON, 400 if it cannot be parsed, and those of [`BodyReader::read`].
pub(in crate::http) async fn body_parameters<T: DeserializeOwned>(
    request: Request,
    parameters: &[Parameter],
    bodies: &BodyReader,
) -> Result<BodyParameters<T>, ProblemDetails> {
    if request.uri().query().is_some_and(|query| !query.is_empty()) {
        return Err(bad_request("send all parameters in the body, and none in the URL"));
    }
    check_media_type(request.headers())?;
    let ReceivedBody { bytes, reservation } = bodies.read(request.into_body()).await?;
    let UniqueFields(object) = serde_json::from_slice(&bytes).map_err(|error| cannot_parse(&error))?;
    let mut texts = Map::new();
    for (name, value) in object {
        // The value of an unknown parameter does not matter: it is only reported.
        let known = parameters.iter().find(|parameter| parameter.name == name);
        let text = known.map_or_else(|| Ok(Some(String::new())), |parameter| text_of(parameter, &value))?;
        if let Some(text) = text {
            texts.insert(name, Value::String(text));
        }
    }
    let parameters = T::deserialize(Value::Object(texts)).map_err(|error| cannot_parse(&error))?;
    Ok(BodyParameters { parameters, reservation })
}

fn check_media_type(headers: &HeaderMap) -> Result<(), ProblemDetails> {
    let text = |name| headers.get(name).map_or("", |value| value.to_str().unwrap_or("?")).trim();
    let media_type = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let encoding = text(header::CONTENT_ENCODING);
    let problem = if !media_type.eq_ignore_ascii_case(JSON) {
        format!("send the parameters with `Content-Type: {JSON}`")
    } else if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity") {
        "send the parameters without a `Content-Encoding`".to_owned()
    } else {
        return Ok(());
    };
    Err(ProblemDetails::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, problem))
}

/// Returns the value as in a URL, or `None` for `null`.
fn text_of(parameter: &Parameter, value: &Value) -> Result<Option<String>, RequestError> {
    let text = match (&parameter.kind, value) {
        (_, Value::Null) => return Ok(None),
        (ParameterKind::Number { .. }, Value::Number(number)) => match number.as_f64() {
            // JSON does not tell 1.0 from 1.
            Some(float) if !number.is_i64() && !number.is_u64() && float.fract() == 0.0 => {
                Some(format!("{float}"))
            }
            _ => Some(number.to_string()),
        },
        (ParameterKind::Switch, Value::Bool(is_on)) => Some(is_on.to_string()),
        (ParameterKind::List(_), Value::Array(names)) => joined(names),
        (ParameterKind::Number { .. } | ParameterKind::Switch | ParameterKind::List(_), _) => None,
        (ParameterKind::Text | ParameterKind::NonBlank, Value::String(text)) => Some(text.clone()),
        (_, Value::String(text)) => Some(text.clone()).filter(|text| is_exact(text)),
        _ => None,
    };
    text.map(Some).ok_or_else(|| RequestError {
        parameter: parameter.name,
        value: value.to_string(),
        allowed: parameter.kind.json_type().to_owned(),
    })
}

/// Returns names separated by commas, or `None` if one of them is no string or no name.
fn joined(names: &[Value]) -> Option<String> {
    let names = names.iter().map(|name| name.as_str().filter(|name| is_exact(name) && !name.contains(',')));
    Some(names.collect::<Option<Vec<&str>>>()?.join(","))
}

/// Returns whether a text is neither blank nor surrounded by spaces, which are only ignored in a URL.
fn is_exact(text: &str) -> bool {
    !text.is_empty() && text.trim() == text
}

fn bad_request(detail: &str) -> ProblemDetails {
    ProblemDetails::new(StatusCode::BAD_REQUEST, detail)
}

fn cannot_parse(error: &serde_json::Error) -> ProblemDetails {
    let error = error.to_string();
    let reason = shortened(&error, limits::MAX_QUOTED_BYTES);
    bad_request(&format!("cannot parse the body: {reason}; send a JSON object with each parameter once"))
}

/// The fields of an object, each of which occurs once.
struct UniqueFields(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = UniqueFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueFields, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        let name = shortened(&name, limits::MAX_QUOTED_BYTES).into_owned();
                        return Err(de::Error::custom(format!("duplicate field `{name}`")));
                    }
                    fields.insert(name, value);
                }
                Ok(UniqueFields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::super::SEARCH;
    use super::*;
    use crate::query::RawRequest;

    /// Sends a body of JSON. Returns the parameters, or the status and the parameter of the problem.
    fn parse(json: &str) -> Result<RawRequest, (u16, Option<&'static str>)> {
        let request = Request::builder().header("content-type", "application/json; charset=utf-8");
        let request = request.body(Body::from(json.to_owned())).unwrap();
        let bodies = BodyReader::with_limits(200, 1_000);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let parsed = runtime.block_on(body_parameters(request, &SEARCH, &bodies));
        parsed.map(|parsed| parsed.parameters).map_err(|problem| (problem.status, problem.parameter))
    }

    #[test]
    fn values_have_the_json_types_of_their_parameters() {
        let text = |text: &str| Some(text.to_owned());
        let json = r#"{"q": "hot oven", "limit": 5, "page": 2.0, "explain": true, "facets": ["tag", "year"],
                       "tag": null, "year": "2024", "fields": []}"#;
        let expected = RawRequest {
            q: "hot oven".to_owned(),
            limit: text("5"),
            page: text("2"),
            explain: text("true"),
            facets: text("tag,year"),
            year: text("2024"),
            fields: text(""),
            ..RawRequest::default()
        };
        assert_eq!(parse(json), Ok(expected));
        assert_eq!(parse("{}"), Ok(RawRequest::default()));
        let unknown = parse(r#"{"colour": {"a": [1]}}"#).unwrap().unknown;
        assert_eq!(unknown.into_keys().collect::<Vec<_>>(), ["colour"]);
    }

    #[test]
    fn values_of_other_types_are_refused_with_the_parameter() {
        for (json, parameter) in [
            (r#"{"q": 5}"#, "q"),
            (r#"{"limit": "5"}"#, "limit"),
            (r#"{"limit": true}"#, "limit"),
            (r#"{"explain": 1}"#, "explain"),
            (r#"{"facets": "tag"}"#, "facets"),
            (r#"{"facets": ["tag,year"]}"#, "facets"),
            (r#"{"facets": [1]}"#, "facets"),
            (r#"{"facets": [""]}"#, "facets"),
            (r#"{"sort": ""}"#, "sort"),
            (r#"{"lang": " de"}"#, "lang"),
            (r#"{"tag": ["a"]}"#, "tag"),
            (r#"{"year": 2024}"#, "year"),
        ] {
            assert_eq!(parse(json), Err((400, Some(parameter))), "{json}");
        }
        // Values that are numbers, but not whole ones, are left to the validation.
        assert_eq!(parse(r#"{"limit": 1.5}"#).unwrap().limit.as_deref(), Some("1.5"));
        assert_eq!(parse(r#"{"limit": -3}"#).unwrap().limit.as_deref(), Some("-3"));
    }

    #[test]
    fn texts_that_are_not_an_object_with_unique_fields_are_refused() {
        let deep = "[".repeat(150);
        for json in
            ["", "[]", "null", "5", "{", r#"{"q": "a", "q": "b"}"#, r#"{"q": "a"} x"#, &deep, "{q: 1}"]
        {
            assert_eq!(parse(json), Err((400, None)), "{json}");
        }
        assert_eq!(parse(&format!("{{\"q\": \"{}\"}}", "a".repeat(200))), Err((413, None)));
    }
}
