//! Expressions in JavaScript: the few chains of properties and methods by which sites make paths from values of a
//! post, such as `post.id.split('/').pop()`. Nothing else of the code is evaluated.

mod code;
mod evaluate;
mod methods;
mod parser;
mod syntax;
mod tokens;
mod value;

pub(crate) use self::code::ScriptCode;
pub(crate) use self::evaluate::Evaluation;
pub(crate) use self::syntax::Expression;
pub(crate) use self::value::ScriptValue;
