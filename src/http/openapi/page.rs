//! The `OpenAPI` document as an HTML page without scripts.

use std::fmt::{Arguments, Write};

use serde_json::Value;

use crate::query::present::highlight::to_html;

/// The keys of a path item that are operations, in the order of the page.
const METHODS: [&str; 3] = ["get", "post", "query"];

/// Renders the document.
pub(super) fn render(document: &Value) -> String {
    let mut page = Page { document, html: String::new() };
    let info = &document["info"];
    let title = format!("{} {}", text(info, "title"), text(info, "version"));
    page.html.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push(format_args!("<title>{} API</title>\n", to_html(&title, &[])));
    page.html.push_str(
        "<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"assets/docs.css\">\n",
    );
    page.html.push_str("</head>\n<body>\n<main>\n");
    page.element("h1", &format!("{title} API"));
    page.paragraph(text(info, "description"));
    page.html.push_str("<p>The same as JSON: <a href=\"openapi.json\">openapi.json</a>.</p>\n");
    for (path, item) in fields(&document["paths"]) {
        for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
            page.operation(path, method, &item[*method]);
        }
    }
    page.html.push_str("<h2>Schemas</h2>\n");
    for (name, schema) in fields(&document["components"]["schemas"]) {
        page.schema(name, schema);
    }
    page.html.push_str("</main>\n</body>\n</html>\n");
    page.html
}

struct Page<'a> {
    document: &'a Value,
    html: String,
}

impl Page<'_> {
    fn push(&mut self, text: Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.html.write_fmt(text);
    }

    fn element(&mut self, name: &str, text: &str) {
        self.push(format_args!("<{name}>{}</{name}>\n", inline(text)));
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.element("p", text);
        }
    }

    fn operation(&mut self, path: &str, method: &str, operation: &Value) {
        let id = to_html(text(operation, "operationId"), &[]);
        let heading = format!("{} {path}", method.to_uppercase());
        self.push(format_args!("<h2 id=\"{id}\">{}</h2>\n", to_html(&heading, &[])));
        self.element("p", &format!("{}.", text(operation, "summary")));
        self.paragraph(text(operation, "description"));
        let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        if !parameters.is_empty() {
            self.open_table(&["parameter", "values", "default", "meaning", "example"]);
            for parameter in parameters {
                self.parameter(parameter);
            }
            self.html.push_str("</table>\n");
        }
        for (content_type, content) in fields(&operation["requestBody"]["content"]) {
            self.push(format_args!(
                "<p>Body: <code>{}</code>, {}</p>\n",
                to_html(content_type, &[]),
                type_html(&content["schema"])
            ));
        }
        self.open_table(&["status", "response", "content"]);
        for (status, response) in fields(&operation["responses"]) {
            self.response(status, response);
        }
        self.html.push_str("</table>\n");
    }

    fn open_table(&mut self, headings: &[&str]) {
        self.html.push_str("<table>\n<tr>");
        for heading in headings {
            self.push(format_args!("<th scope=\"col\">{heading}</th>"));
        }
        self.html.push_str("</tr>\n");
    }

    fn row(&mut self, cells: &[String]) {
        self.html.push_str("<tr>");
        for cell in cells {
            self.push(format_args!("<td>{cell}</td>"));
        }
        self.html.push_str("</tr>\n");
    }

    fn parameter(&mut self, parameter: &Value) {
        let schema = &parameter["schema"];
        let is_required = parameter["required"] == true;
        let default = if is_required { "required".to_owned() } else { code(&schema["default"]) };
        self.row(&[
            format!("<code>{}</code>", to_html(text(parameter, "name"), &[])),
            type_html(schema),
            default,
            inline(text(parameter, "description")),
            code(&parameter["example"]),
        ]);
    }

    fn response(&mut self, status: &str, response: &Value) {
        let target = response["$ref"]
            .as_str()
            .and_then(|target| self.document.pointer(target.trim_start_matches('#')));
        let response = target.unwrap_or(response);
        let contents = fields(&response["content"]).map(|(content_type, content)| {
            format!("<code>{}</code> {}", to_html(content_type, &[]), type_html(&content["schema"]))
        });
        let contents: Vec<String> = contents.collect();
        let description = inline(text(response, "description"));
        self.row(&[to_html(status, &[]), description, contents.join("<br>")]);
    }

    fn schema(&mut self, name: &str, schema: &Value) {
        let name = to_html(name, &[]);
        self.push(format_args!("<h3 id=\"schema-{name}\">{name}</h3>\n"));
        self.paragraph(text(schema, "description"));
        // The fields of a type that contains others are spread over several objects.
        let parts = schema["allOf"].as_array().map_or(std::slice::from_ref(schema), Vec::as_slice);
        if parts.iter().all(|part| part.get("properties").is_none() && part.get("$ref").is_none()) {
            self.push(format_args!("<p>{}</p>\n", type_html(schema)));
            return;
        }
        self.open_table(&["field", "type", "meaning"]);
        for part in parts {
            if part.get("$ref").is_some() {
                self.row(&["the fields of".to_owned(), type_html(part), String::new()]);
            }
            for (name, field) in fields(&part["properties"]) {
                let description = inline(text(field, "description"));
                self.row(&[format!("<code>{}</code>", to_html(name, &[])), type_html(field), description]);
            }
        }
        self.html.push_str("</table>\n");
    }
}

/// Returns the fields of an object, none for other values.
fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Returns text as HTML, with what is between backticks as code.
fn inline(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split('`').enumerate() {
        let part = to_html(part, &[]);
        html.extend(if at % 2 == 1 { ["<code>", &part, "</code>"] } else { ["", &part, ""] });
    }
    html
}

/// Returns a value as code, as it is written in a URL; nothing for `null`.
fn code(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        value => value.to_string(),
    };
    format!("<code>{}</code>", to_html(&text, &[]))
}

/// Returns the type of a schema as HTML, with a link if it has a name.
fn type_html(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        let name = to_html(target.rsplit('/').next().unwrap_or_default(), &[]);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(alternatives) = schema[key].as_array() {
            return alternatives.iter().map(type_html).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(names) = schema["enum"].as_array() {
        return names.iter().map(code).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        name => name.as_str().unwrap_or("any value").to_owned(),
    };
    let mut html = to_html(&types, &[]);
    let mut push = |text: Arguments<'_>| {
        let _ = html.write_fmt(text);
    };
    if let (Some(minimum), Some(maximum)) = (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        push(format_args!(", {minimum} to {maximum}"));
    }
    for (key, before) in [("format", ""), ("pattern", "matching ")] {
        if !schema[key].is_null() {
            push(format_args!(", {before}{}", code(&schema[key])));
        }
    }
    if !schema["items"].is_null() {
        push(format_args!(" of {}", type_html(&schema["items"])));
    }
    html
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_texts_of_a_document_are_escaped() {
        let bad = "<script>`\"'&</script>";
        let schema = json!({"type": bad, "pattern": bad, "description": bad, "format": bad});
        let object = json!({"description": bad, "properties": {bad: schema}, "allOf": [{"$ref": bad}]});
        let operation = json!({
            "operationId": bad, "summary": bad, "description": bad,
            "parameters": [{"name": bad, "description": bad, "schema": schema, "example": bad}],
            "requestBody": {"content": {bad: {"schema": {"enum": [bad]}}}},
            "responses": {bad: {"description": bad, "content": {bad: {"schema": {"$ref": bad}}}}},
        });
        let document = json!({
            "info": {"title": bad, "version": bad, "description": bad},
            "paths": {bad: {"get": operation}},
            "components": {"schemas": {bad: object, "x": schema}},
        });
        let html = render(&document);
        assert!(!html.contains("<script") && !html.contains("\"'&<"), "{html}");
        assert!(html.matches("&lt;script&gt;").count() > 20);
    }
}
