//! The schemas of parameters, in a URL and in a JSON body.

use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{
    AnyOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{RefOr, Required};

use crate::config::limits;
use crate::http::parameters::{Parameter, ParameterKind, SEARCH, SUGGEST};

/// Where a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParameterForm {
    /// In the URL.
    Url,
    /// In a JSON object, where `null` means the default.
    Json,
}

/// Returns a parameter in a URL.
pub(super) fn url_parameter(parameter: &Parameter) -> ParameterBuilder {
    let required = if parameter.is_required { Required::True } else { Required::False };
    let built = ParameterBuilder::new()
        .name(parameter.name)
        .parameter_in(ParameterIn::Query)
        .required(required)
        .description(Some(parameter.description.as_str()))
        .schema(Some(schema(parameter, ParameterForm::Url)))
        .example(Some(example(parameter, ParameterForm::Url)))
        .extensions((!parameter.is_required).then(allow_empty_value));
    match parameter.kind {
        ParameterKind::List(_) => built.style(Some(ParameterStyle::Form)).explode(Some(false)),
        _ => built,
    }
}

/// Returns the field `allowEmptyValue` of a parameter, which the builder lacks: forms send their empty fields.
fn allow_empty_value() -> Extensions {
    [("allowEmptyValue", true)].into_iter().collect()
}

/// Returns the schemas of bodies, by name.
pub(super) fn body_schemas() -> [(String, RefOr<Schema>); 2] {
    [("SearchParameters".to_owned(), object(&SEARCH)), ("SuggestParameters".to_owned(), object(&SUGGEST))]
}

fn object(parameters: &[Parameter]) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Parameters in a body. `null` means the default."));
    let mut examples = serde_json::Map::new();
    for parameter in parameters {
        object = object.property(parameter.name, schema(parameter, ParameterForm::Json));
        if matches!(parameter.name, "q" | "limit" | "facets") {
            examples.insert(parameter.name.to_owned(), example(parameter, ParameterForm::Json));
        }
    }
    object.examples([Value::Object(examples)]).into()
}

/// Returns an example of a value.
fn example(parameter: &Parameter, form: ParameterForm) -> Value {
    let text = parameter.example;
    match &parameter.kind {
        ParameterKind::Number { .. } => text.parse::<u64>().map_or(Value::Null, Value::from),
        ParameterKind::Switch if form == ParameterForm::Json => Value::from(text == "1"),
        ParameterKind::List(_) => text.split(',').collect(),
        _ => Value::from(text),
    }
}

fn schema(parameter: &Parameter, form: ParameterForm) -> RefOr<Schema> {
    let with_description = |object: ObjectBuilder| match form {
        // In a URL, the parameter has it.
        ParameterForm::Url => object,
        ParameterForm::Json => object.description(Some(parameter.description.as_str())),
    };
    let string = || with_description(ObjectBuilder::new().schema_type(schema_type(Type::String, form)));
    let names = |names: &[&str]| {
        let null = (form == ParameterForm::Json).then_some(Value::Null);
        names.iter().map(|name| Value::from(*name)).chain(null).collect::<Vec<Value>>()
    };
    match &parameter.kind {
        ParameterKind::Text => string().into(),
        ParameterKind::NonBlank => string().pattern(Some(r"\S")).into(),
        ParameterKind::Year => string().pattern(Some(r"^(?!0000)[0-9]{4}$")).into(),
        ParameterKind::Language => {
            let pattern = "^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$";
            string().pattern(Some(pattern)).max_length(Some(limits::MAX_LANG_BYTES)).into()
        }
        ParameterKind::Date => date(parameter, form),
        ParameterKind::Number { allowed, default } => {
            let number = ObjectBuilder::new()
                .schema_type(schema_type(Type::Integer, form))
                .minimum(Some(*allowed.start()))
                .maximum(Some(*allowed.end()))
                .default(default.map(Value::from));
            with_description(number).into()
        }
        ParameterKind::Choice(choices) => {
            let default = choices.first().filter(|_| !parameter.is_required).map(|name| Value::from(*name));
            string().enum_values(Some(names(choices))).default(default).into()
        }
        ParameterKind::Switch if form == ParameterForm::Url => {
            string().enum_values(Some(["0", "1", "false", "true"])).default(Some(json!("0"))).into()
        }
        ParameterKind::Switch => {
            let switch = ObjectBuilder::new().schema_type(schema_type(Type::Boolean, form));
            with_description(switch).default(Some(json!(false))).into()
        }
        ParameterKind::List(choices) => {
            let name =
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(choices.iter().copied()));
            let array = ArrayBuilder::new().schema_type(schema_type(Type::Array, form)).items(name);
            match form {
                ParameterForm::Url => array.into(),
                ParameterForm::Json => array.description(Some(parameter.description.as_str())).into(),
            }
        }
    }
}

fn schema_type(value: Type, form: ParameterForm) -> SchemaType {
    match form {
        ParameterForm::Url => value.into(),
        ParameterForm::Json => [value, Type::Null].into_iter().collect(),
    }
}

/// Returns the schema of a year, month, day or time.
fn date(parameter: &Parameter, form: ParameterForm) -> RefOr<Schema> {
    let string = || ObjectBuilder::new().schema_type(Type::String);
    let format = |format| string().format(Some(SchemaFormat::KnownFormat(format)));
    let mut date = AnyOfBuilder::new()
        .item(string().pattern(Some("^(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?$")))
        .item(format(KnownFormat::Date))
        .item(format(KnownFormat::DateTime));
    if form == ParameterForm::Json {
        let null = ObjectBuilder::new().schema_type(Type::Null);
        date = date.item(null).description(Some(parameter.description.as_str()));
    }
    date.into()
}
