//! One XML element with all that is in it.
//!
//! A record is small, so it is read into a tree and then asked questions; only the message as a whole
//! is streamed.

/// An element under its reference name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) content: Vec<Content>,
}

/// What stands between an element's tags, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Element(Element),
    Text(String),
}

impl Element {
    /// The child elements of this name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children().filter(move |child| child.name == name)
    }

    /// The first child of this name.
    pub(super) fn first(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// The element at the end of a path of first children.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |element, name| element.first(name))
    }

    /// The trimmed text of the first child of this name, unless it is empty.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.first(name).and_then(Self::text)
    }

    /// The trimmed texts of all children of this name.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        self.children()
            .filter(|child| child.name == name)
            .filter_map(Self::text)
            .collect()
    }

    /// The text of this element, unless it is empty. The line breaks and indents of a pretty-printed
    /// file become single spaces.
    pub(super) fn text(&self) -> Option<String> {
        let text: String = self
            .content
            .iter()
            .filter_map(|content| match content {
                Content::Text(text) => Some(text.as_str()),
                Content::Element(_) => None,
            })
            .collect();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// The content as markup: XHTML children are written out again, text that is itself markup (in
    /// CDATA or escaped) is taken as it is.
    pub(super) fn markup(&self) -> Option<String> {
        let mut out = String::new();
        let mixed = self.children().next().is_some();
        for content in &self.content {
            match content {
                Content::Text(text) if mixed => out.push_str(&escape(text)),
                Content::Text(text) => out.push_str(text),
                Content::Element(child) => child.write(&mut out),
            }
        }
        let out = out.trim();
        (!out.is_empty()).then(|| out.to_owned())
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|content| match content {
            Content::Element(element) => Some(element),
            Content::Text(_) => None,
        })
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push_str(&format!(
                " {name}=\"{}\"",
                escape(value).replace('"', "&quot;")
            ));
        }
        out.push('>');
        for content in &self.content {
            match content {
                Content::Text(text) => out.push_str(&escape(text)),
                Content::Element(child) => child.write(out),
            }
        }
        out.push_str(&format!("</{}>", self.name));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
