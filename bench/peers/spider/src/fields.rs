use scraper::{Html, Selector};
use serde::Serialize;

#[derive(Serialize)]
struct ShopItem {
    url: String,
    name: String,
    sku: String,
    brand: String,
    price: f64,
    image: String,
}

#[derive(Serialize)]
struct WebItem {
    url: String,
    title: String,
    heading: String,
    author: String,
    published: String,
}

/// Products alone are items.
pub fn shop_item(url: &str, html: &str) -> Option<String> {
    let (origin, _) = url.split_once("/p/")?;
    let page = Html::parse_document(html);
    let item = ShopItem {
        url: url.to_string(),
        name: text(&page, "h1.name"),
        sku: text(&page, ".sku"),
        brand: text(&page, ".brand"),
        price: text(&page, ".price").parse().unwrap(),
        image: format!("{origin}{}", attribute(&page, "img.photo", "src")),
    };
    Some(serde_json::to_string(&item).unwrap())
}

pub fn web_item(url: &str, html: &str) -> Option<String> {
    let page = Html::parse_document(html);
    let item = WebItem {
        url: url.to_string(),
        title: text(&page, "title"),
        heading: text(&page, "h1"),
        author: text(&page, ".author"),
        published: attribute(&page, "time.published", "datetime"),
    };
    Some(serde_json::to_string(&item).unwrap())
}

fn text(page: &Html, selector: &str) -> String {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector)
        .next()
        .map(|found| found.text().collect())
        .unwrap_or_default()
}

fn attribute(page: &Html, selector: &str, name: &str) -> String {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector)
        .next()
        .and_then(|found| found.attr(name))
        .unwrap_or_default()
        .to_string()
}
