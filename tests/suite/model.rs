//! Random edits of the content, the settings, the index and the clock at any time: the index agrees with a simple
//! model of the files and, in the end, with a fresh index. While it follows, no post is missing that was found before
//! and is still there.

mod followed_site;
mod steps;

use proptest::prelude::*;

use crate::support::{TestSite, is_long, property_config};
use followed_site::FollowedSite;
use steps::step;

fn cases() -> u32 {
    if is_long() { 10_000 } else { 100 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 40, ..property_config() })]

    #[test]
    fn a_watched_site_is_searchable_after_every_step(steps in prop::collection::vec(step(), 1..24)) {
        let site = TestSite::new();
        let mut followed = FollowedSite::start(&site);
        for step in &steps {
            followed.take(step);
        }
        let missing = followed.finish();
        prop_assert!(missing.is_empty(), "{:#?}", missing);
    }
}
