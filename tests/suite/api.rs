//! The API beyond searches by URL: requests with a body, unknown names, facets, posts, trimmed hits, and its
//! description.

mod bodies;
mod facets;
mod fields;
mod names;
mod openapi;
mod posts;
mod schemathesis;

use serde_json::Value;

use crate::support::{Server, TestSite};

/// A site with posts that differ in category, tags, author, language, series and year.
fn site() -> TestSite {
    let site = TestSite::new();
    site.write(
        "hugo.toml",
        "baseURL = 'https://blog.example/'\ndefaultContentLanguage = 'en'\n[languages.en]\nweight = 1\n\
         [languages.de]\nweight = 2\n",
    );
    let post = |path: &str, date: &str, more: &str, body: &str| {
        let front_matter = format!("title = '{path}'\ndate = {date}\n{more}");
        site.write(&format!("content/{path}"), format!("+++\n{front_matter}\n+++\n\n{body}\n"));
    };
    let ops = "categories = ['Operations']\ntags = ['Kubernetes', 'GitOps']\nauthors = ['Ann Lee']\nseries = ['CI/CD']";
    post("ops/cluster.md", "2023-12-31", ops, "Deploy the cluster.");
    let ops = "categories = ['Operations']\ntags = ['Kubernetes']\nauthors = ['Bob']\nseries = ['CI/CD']";
    post("ops/deploy.md", "2024-01-01", ops, "Deploy again.");
    let code = "categories = ['Code']\ntags = ['rust', 'C++']\nauthors = ['Ann Lee']\nseries = ['Basics']";
    post("code/rust.md", "2024-06-01", code, "Deploy the compiler.");
    post("code/rust.de.md", "2024-06-01", "categories = ['Code']\ntags = ['rust']", "Deploy auf Deutsch.");
    site.write("content/about.md", "+++\ntitle = 'About'\n+++\n\nDeploy nothing.\n");
    site
}

/// The values of facets with their counts, such as `Code 2`.
fn counts(values: &Value) -> Vec<String> {
    let values = values.as_array().unwrap_or_else(|| panic!("{values}")).iter();
    values.map(|value| format!("{} {}", value["value"].as_str().unwrap(), value["count"])).collect()
}

/// The warnings of a response as one text.
fn warnings(server: &Server, path: &str) -> String {
    let response = server.get(path);
    assert_eq!(response.status, 200, "{path}: {}", response.body);
    let response = response.json();
    let warnings = response["warnings"].as_array().unwrap().iter();
    warnings.map(|warning| warning.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}
