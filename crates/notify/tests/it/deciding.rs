//! What is told, whom, when, and how often.

use jiff::{SignedDuration, Timestamp};
use launch::checklist::Readiness;
use notify::alert::{About, Kind, Open, Snooze};
use notify::channel::{Audience, Carrier, Channel, SecretUrl};
use notify::decide::{Decision, Look, Memory, Seen, Setting, Standing, decide};
use notify::message::{Message, Occasion};
use proptest::prelude::*;

const NOON: &str = "2027-06-01T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn channel(name: &str) -> Channel {
    Channel {
        name: name.to_owned(),
        owners: Vec::new(),
        audience: Audience::Staff,
        at_once: true,
        digest_at: None,
        time_zone: jiff::tz::TimeZone::UTC,
        carrier: Carrier::Slack(SecretUrl::new("https://hooks.example/x".parse().unwrap())),
    }
}

fn about(work: u32, days_left: i32) -> About {
    About {
        work: format!("consonance:work:{work}"),
        site: "uk".to_owned(),
        title: format!("The Book of {work}"),
        is_secret: false,
        publication: Some("2027-06-05".parse().unwrap()),
        days_left: Some(days_left),
    }
}

fn blocker(work: u32, days_left: i32) -> Open {
    let about = about(work, days_left);
    Open {
        key: format!("cover/{}/uk", about.work),
        kind: Kind::Blocker,
        owner: Some("design".to_owned()),
        about: Some(about),
        says: "not so: there is a cover".to_owned(),
        mend: "Add one.".to_owned(),
        due: Some("2027-05-01".parse().unwrap()),
        is_overdue: true,
    }
}

fn other(kind: Kind, key: &str) -> Open {
    Open {
        key: key.to_owned(),
        kind,
        owner: None,
        about: None,
        says: format!("{key} at page blt77"),
        mend: String::new(),
        due: None,
        is_overdue: false,
    }
}

fn launches(open: Vec<Open>, readiness: Readiness) -> Seen {
    let standings = open.iter().filter_map(|one| one.about.clone());
    let standings = standings
        .map(|about| Standing { about, readiness })
        .collect();
    Seen {
        launches: Look {
            open,
            is_whole: true,
        },
        standings,
        ..Seen::default()
    }
}

fn decided(seen: &Seen, memory: Memory, channels: &[Channel], now: Timestamp) -> Decision {
    let mut number = 0;
    let mut id = || {
        number += 1;
        format!("msg_{number}")
    };
    let mut setting = Setting {
        channels,
        console: None,
        id: &mut id,
    };
    decide(seen, memory, &mut setting, now)
}

/// Looks one after the other, an hour apart; how many messages each made.
fn told(looks: impl IntoIterator<Item = Seen>, memory: Memory) -> (Vec<usize>, Memory) {
    let channels = [channel("desk")];
    let (mut memory, mut counts, mut now) = (memory, Vec::new(), at(NOON));
    for seen in looks {
        let decision = decided(&seen, memory, &channels, now);
        counts.push(decision.messages.len());
        memory = decision.memory;
        now += SignedDuration::from_hours(1);
    }
    (counts, memory)
}

#[test]
fn a_blocker_near_publication_is_told_once_and_a_far_one_waits() {
    let near = || launches(vec![blocker(1, 7)], Readiness::Blocked);
    let far = || launches(vec![blocker(1, 8)], Readiness::Blocked);
    assert_eq!(
        told([near(), near(), near()], Memory::default()).0,
        [1, 0, 0]
    );
    // One that was known before is in the digest: only a new one is news.
    assert_eq!(told([far(), near()], Memory::default()).0, [0, 0]);
}

#[test]
fn what_is_gone_and_back_within_a_day_is_the_same_and_later_it_is_news() {
    let there = || launches(vec![blocker(1, 3)], Readiness::Blocked);
    let gone = || launches(vec![], Readiness::Ready);
    let (counts, memory) = told([there(), gone(), there(), gone()], Memory::default());
    assert_eq!(counts, [1, 0, 0, 0]);
    let later = at(NOON) + SignedDuration::from_hours(48);
    let decision = decided(&there(), memory, &[channel("desk")], later);
    assert_eq!(decision.messages.len(), 1);
}

#[test]
fn a_title_that_was_ready_and_is_blocked_is_told_however_far_it_is() {
    let mut ready = launches(vec![], Readiness::Ready);
    ready.standings.push(Standing {
        about: about(1, 90),
        readiness: Readiness::Ready,
    });
    let mut unknown = ready.clone();
    unknown.standings[0].readiness = Readiness::Unknown;
    let blocked = launches(vec![blocker(1, 90)], Readiness::Blocked);
    let (counts, memory) = told(
        [ready, unknown, blocked.clone(), blocked],
        Memory::default(),
    );
    assert_eq!(
        counts,
        [0, 0, 1, 0],
        "what nobody knew in between was not lost"
    );
    assert!(
        memory
            .alerts
            .contains_key("regression/consonance:work:1/uk")
    );
    assert!(memory.ready.is_empty());
}

#[test]
fn a_regression_names_its_blockers_and_they_are_not_told_beside_it() {
    let mut memory = Memory::default();
    memory
        .ready
        .insert(("consonance:work:1".to_owned(), "uk".to_owned()));
    let seen = launches(vec![blocker(1, 3)], Readiness::Blocked);
    let decision = decided(&seen, memory, &[channel("desk")], at(NOON));
    let text = decision.messages[0].plain();
    assert_eq!(text.matches("there is a cover").count(), 1, "{text}");
    let next = decided(
        &seen,
        decision.memory,
        &[channel("desk")],
        at("2027-06-01T13:00:00Z"),
    );
    assert!(next.messages.is_empty());
}

#[test]
fn what_could_not_be_looked_at_is_not_mended() {
    let embargo = || Look {
        open: vec![other(Kind::Embargo, "embargo-name/ab")],
        is_whole: true,
    };
    let seen = Seen {
        embargoes: embargo(),
        ..Seen::default()
    };
    let broken = Seen::default();
    let partly = Seen {
        embargoes: Look {
            open: vec![other(Kind::Embargo, "embargo-isbn/cd")],
            is_whole: false,
        },
        ..Seen::default()
    };
    let (counts, memory) = told([seen, broken, partly], Memory::default());
    assert_eq!(counts, [1, 0, 1], "and what is seen in part is told");
    assert!(memory.alerts.values().all(|one| one.gone.is_none()));
}

#[test]
fn a_snoozed_thing_is_told_when_the_snooze_is_over_and_it_still_stands() {
    let memory = Memory {
        snoozes: vec![Snooze {
            what: "consonance:work:1".to_owned(),
            until: at("2027-06-01T13:30:00Z"),
        }],
        ..Memory::default()
    };
    let near = || launches(vec![blocker(1, 3)], Readiness::Blocked);
    assert_eq!(
        told([near(), near(), near(), near()], memory).0,
        [0, 0, 1, 0]
    );
}

#[test]
fn an_unannounced_title_is_named_to_insiders_alone_and_located_to_nobody_else() {
    let mut secret = blocker(1, 3);
    secret.about.as_mut().unwrap().is_secret = true;
    let mut seen = launches(vec![secret], Readiness::Blocked);
    seen.embargoes.open = vec![
        other(Kind::Embargo, "embargo-name/ab"),
        other(Kind::Embargo, "embargo-isbn/cd"),
    ];
    let mut insiders = channel("insiders");
    insiders.audience = Audience::Insiders;
    let decision = decided(
        &seen,
        Memory::default(),
        &[channel("staff"), insiders],
        at(NOON),
    );
    let text = |name: &str| {
        let mut messages = decision.messages.iter();
        let message = messages.find(|message| message.channel == name).unwrap();
        serde_json::to_string(message).unwrap()
    };
    let (staff, insiders) = (text("staff"), text("insiders"));
    assert!(
        !staff.contains("The Book of 1") && !staff.contains("blt77"),
        "{staff}"
    );
    assert!(
        staff.contains("consonance:work:1") && staff.contains("2 embargo findings"),
        "{staff}"
    );
    assert!(
        insiders.contains("The Book of 1") && insiders.contains("blt77"),
        "{insiders}"
    );
}

#[test]
fn each_role_is_told_its_own_and_everybody_what_is_nobodys() {
    let mut metadata = channel("metadata");
    metadata.owners = vec!["metadata".to_owned()];
    let mut design = channel("design");
    design.owners = vec!["design".to_owned()];
    let mut seen = launches(vec![blocker(1, 3)], Readiness::Blocked);
    seen.takedowns.open = vec![other(Kind::Takedown, "takedown/book/1")];
    let decision = decided(&seen, Memory::default(), &[metadata, design], at(NOON));
    let subjects: Vec<(&str, &str)> = decision
        .messages
        .iter()
        .map(|message| (message.channel.as_str(), message.subject.as_str()))
        .collect();
    let expected = [
        ("metadata", "1 takedown unconfirmed"),
        (
            "design",
            "1 takedown unconfirmed, 1 blocker; 1 title in T-7",
        ),
    ];
    assert_eq!(subjects, expected);
}

fn digests(messages: &[Message]) -> usize {
    let digest = |message: &&Message| message.occasion == Occasion::Digest;
    messages.iter().filter(digest).count()
}

#[test]
fn a_digest_comes_once_a_day_at_its_hour_where_it_is_read_and_not_from_a_blind_look() {
    let mut tokyo = channel("tokyo");
    tokyo.digest_at = Some("08:00".parse().unwrap());
    tokyo.time_zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    tokyo.at_once = false;
    let channels = [tokyo];
    let seen = || launches(vec![blocker(1, 3)], Readiness::Blocked);
    let mut memory = Memory::default();
    let mut sent = Vec::new();
    for (now, blind) in [
        ("2027-05-31T22:59:00Z", false),
        ("2027-05-31T23:00:00Z", true),
        ("2027-05-31T23:15:00Z", false),
        ("2027-06-01T14:59:00Z", false),
        // A day nobody was there in the morning.
        ("2027-06-02T09:00:00Z", false),
    ] {
        let seen = if blind { Seen::default() } else { seen() };
        let decision = decided(&seen, memory, &channels, at(now));
        sent.push(digests(&decision.messages));
        memory = decision.memory;
    }
    assert_eq!(sent, [0, 0, 1, 0, 1]);
}

#[test]
fn a_long_digest_is_cut_and_says_so() {
    let mut desk = channel("desk");
    desk.digest_at = Some("08:00".parse().unwrap());
    let seen = launches(
        (0..130).map(|work| blocker(work, 3)).collect(),
        Readiness::Blocked,
    );
    let decision = decided(&seen, Memory::default(), &[desk], at(NOON));
    for message in &decision.messages {
        let lines: usize = message
            .sections
            .iter()
            .map(|section| section.lines.len())
            .sum();
        assert_eq!((lines, message.more), (100, 30));
        assert!(message.plain().contains("and 30 more"));
    }
}

proptest! {
    /// However things come and go, and whether or not they are seen, nothing is told at once twice within a day, and
    /// everything urgent that stands at the end was told.
    #[test]
    fn nothing_is_told_twice_within_a_day_and_nothing_urgent_is_left_untold(
        looks in proptest::collection::vec((proptest::collection::btree_set(0_u32..4, 0..4), any::<bool>()), 1..20)
    ) {
        let channels = [channel("desk")];
        let mut memory = Memory::default();
        let mut now = at(NOON);
        let mut told: Vec<(u32, Timestamp)> = Vec::new();
        let mut standing = std::collections::BTreeSet::new();
        for (works, whole) in looks {
            let open: Vec<Open> = works.iter().map(|work| blocker(*work, 3)).collect();
            let mut seen = launches(open, Readiness::Blocked);
            seen.launches.is_whole = whole;
            let decision = decided(&seen, memory, &channels, now);
            for work in 0..4 {
                let name = format!("The Book of {work} ");
                if decision.messages.iter().any(|message| message.plain().contains(&name)) {
                    let lately = told.iter().rev().find(|(one, _)| *one == work);
                    if let Some((_, then)) = lately {
                        prop_assert!(now.duration_since(*then) > SignedDuration::from_hours(24));
                    }
                    told.push((work, now));
                }
            }
            standing = works;
            memory = decision.memory;
            now += SignedDuration::from_hours(7);
        }
        for work in standing {
            prop_assert!(told.iter().any(|(one, _)| *one == work));
        }
    }
}
