//! What goes without saying in the house: the data files leave it out, and this fills it in.

use serde_json::json;

use super::form::Form;
use super::price;
use crate::world::Document;

/// Paragraphs separated by blank lines as markup; markup stays as it is.
pub(super) fn paragraphs(text: &str) -> String {
    let text = text.trim();
    if text.starts_with('<') {
        return text.to_owned();
    }
    text.split("\n\n")
        .map(|paragraph| format!("<p>{}</p>", paragraph.trim()))
        .collect()
}

/// The project stage that a title of the house is usually in, by its first publication day.
pub(super) fn stage_on(first_day: Option<i64>) -> &'static str {
    match first_day {
        None => "In editorial",
        Some(day) if day > 300 => "In editorial",
        Some(day) if day > 180 => "In design",
        Some(day) if day > 90 => "In production",
        Some(day) if day > 0 => "Announced",
        Some(day) if day > -540 => "Published",
        Some(_) => "Backlist",
    }
}

/// The ONIX List 65 availability that goes with a List 64 status when the script names none.
pub(super) fn usual_availability(status: &str, published: &'static str) -> &'static str {
    match status {
        "01" => "01",
        "02" => "10",
        "03" => "09",
        "05" => "43",
        "06" | "08" | "17" => "40",
        "07" => "51",
        "09" => "99",
        "10" => "47",
        "11" => "46",
        "12" | "15" => "49",
        "13" => "45",
        "16" => "34",
        "18" => "50",
        _ => published,
    }
}

pub(super) fn measure(product: &mut Document, form: &Form, pages: Option<i64>) {
    if !form.list7.starts_with('A') {
        product.insert("approximatePageCount".into(), json!(pages));
        product.insert("productionPageCount".into(), json!(pages));
        product.insert(
            "mainContentPageCount".into(),
            json!(pages.map(|pages| pages - 8)),
        );
    }
    if let Some((height, width)) = form.size {
        let tenths = pages.unwrap_or(96) * 10 / 13 + 30;
        product.insert("productHeight".into(), json!(height));
        product.insert("productWidth".into(), json!(width));
        product.insert(
            "productThickness".into(),
            json!(price::decimal(tenths * 10)),
        );
    }
}
