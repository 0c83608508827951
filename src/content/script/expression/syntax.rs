//! The syntax tree of expressions.

/// A JavaScript expression.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub enum Expression {
    /// `undefined` or `null`.
    Undefined,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, or a template without substitutions.
    Text(String),
    /// A regular expression and its flags.
    Regex(String, String),
    /// A template: its texts and substitutions.
    Template(Vec<Expression>),
    /// A list.
    Array(Vec<Expression>),
    /// An object: its keys and values.
    Object(Vec<(String, Expression)>),
    /// A name.
    Name(String),
    /// The value for which the expression is evaluated: the argument of a callback, an entry of a collection.
    Subject,
    /// A property: `a.b` or `a?.b`.
    Member(Box<Expression>, String),
    /// An element: `a[b]`.
    Element(Box<Expression>, Box<Expression>),
    /// A call: the function and the arguments.
    Call(Box<Expression>, Vec<Expression>),
    /// `new` with a class and the arguments.
    New(String, Vec<Expression>),
    /// A negation.
    Not(Box<Expression>),
    /// An operator between two expressions.
    Binary(String, Box<Expression>, Box<Expression>),
    /// `condition ? a : b`.
    Conditional(Box<[Expression; 3]>),
    /// A function of one argument: the names that are bound to it or its parts, and the returned expression.
    Function(Vec<(String, Expression)>, Box<Expression>),
    /// Any other code.
    Unknown,
}

impl Expression {
    /// Returns the string, if the expression is one.
    #[must_use]
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether `test` holds for the expression or a part of it.
    pub(crate) fn has(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        let any = |list: &[Self]| list.iter().any(|part| part.has(test));
        let any_named = |list: &[(String, Self)]| list.iter().any(|(_, part)| part.has(test));
        test(self)
            || match self {
                Self::Template(list) | Self::Array(list) | Self::New(_, list) => any(list),
                Self::Object(list) => any_named(list),
                Self::Member(of, _) | Self::Not(of) => of.has(test),
                Self::Element(of, other) | Self::Binary(_, of, other) => of.has(test) || other.has(test),
                Self::Call(of, list) => of.has(test) || any(list),
                Self::Conditional(parts) => any(&parts[..]),
                Self::Function(names, body) => any_named(names) || body.has(test),
                _ => false,
            }
    }
}
