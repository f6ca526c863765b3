//! Later records replace earlier ones, within a file and across files.

use onix::{Source, latest};

use crate::reading::{Outcome, message, read_bytes, record};

fn typed(reference: &str, notification: &str) -> String {
    record(reference, "").replace(">03<", &format!(">{notification}<"))
}

#[test]
fn the_last_of_two_wins_and_the_first_is_reported() {
    let records = [typed("a", "03"), typed("b", "03"), typed("a", "02")].join("\n");
    let latest = latest(read_bytes(message(&records)).records);
    let kept: Vec<_> = latest
        .kept
        .iter()
        .map(|r| (r.reference.as_str(), r.place.line))
        .collect();
    assert_eq!(kept, [("b", 4), ("a", 5)]);
    let rejected: Vec<_> = latest.rejected.iter().map(|r| (r.code, r.line)).collect();
    assert_eq!(rejected, [("FL-0230", 3)]);
    assert!(
        latest.rejected[0].reason.contains("line 5"),
        "{}",
        latest.rejected[0].reason
    );
    assert_eq!(latest.findings[0].code.as_str(), "superseded-record");
}

#[test]
fn partial_updates_stay_behind_what_they_update() {
    let types = ["04", "03", "04", "04"];
    let records: Vec<String> = types.iter().map(|code| typed("a", code)).collect();
    let latest = latest(read_bytes(message(&records.join("\n"))).records);
    let kept: Vec<_> = latest.kept.iter().map(|r| r.place.line).collect();
    assert_eq!(
        kept,
        [4, 5, 6],
        "the update before the whole record is replaced with it"
    );
    assert_eq!(latest.rejected.len(), 1);
}

#[test]
fn a_withdrawal_replaces_what_it_withdraws() {
    let records = [typed("a", "03"), typed("a", "05")].join("\n");
    let latest = latest(read_bytes(message(&records)).records);
    assert_eq!(latest.kept.len(), 1);
    assert_eq!(latest.kept[0].notification.code(), "05");
}

#[test]
fn files_of_a_folder_are_read_in_the_order_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("2.ONX", &message(&typed("a", "05")));
    write("1.xml", &message(&typed("a", "03")));
    write("3.onix", "<html/>");
    write("4.xml", &message(&typed("c", "03")));
    write("0.txt", "no ONIX");
    let outcome = Outcome::of(Source::at(folder.path()));
    assert_eq!(outcome.references(), ["a", "a", "c"]);
    assert_eq!(
        outcome.error_codes(),
        ["FL-0205"],
        "one bad file does not stop the others"
    );
    assert_eq!(outcome.ends.len(), 3);
    let latest = latest(outcome.records);
    assert_eq!(latest.kept[0].notification.code(), "05");
}
