//! From the three-letter codes of the trade (ONIX List 74, ISO 639-2/B) to the two letters of the
//! web (ISO 639-1).

use catalogue::codes::LanguageCode;

/// ISO 639-2/B and ISO 639-1, in alphabetical order of the former.
const PAIRS: &str = "aar aa abk ab afr af aka ak alb sq amh am ara ar arg an arm hy asm as ava av ave ae aym ay aze az \
bak ba bam bm baq eu bel be ben bn bih bh bis bi bos bs bre br bul bg bur my cat ca cha ch che ce chi zh chu cu chv cv \
cor kw cos co cre cr cze cs dan da div dv dut nl dzo dz eng en epo eo est et ewe ee fao fo fij fj fin fi fre fr fry fy \
ful ff geo ka ger de gla gd gle ga glg gl glv gv gre el grn gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr \
hun hu ibo ig ice is ido io iii ii iku iu ile ie ina ia ind id ipk ik ita it jav jv jpn ja kal kl kan kn kas ks kau kr \
kaz kk khm km kik ki kin rw kir ky kom kv kon kg kor ko kua kj kur ku lao lo lat la lav lv lim li lin ln lit lt ltz lb \
lub lu lug lg mac mk mah mh mal ml mao mi mar mr may ms mlg mg mlt mt mon mn nau na nav nv nbl nr nde nd ndo ng nep ne \
nno nn nob nb nor no nya ny oci oc oji oj ori or orm om oss os pan pa per fa pli pi pol pl por pt pus ps que qu roh rm \
rum ro run rn rus ru sag sg san sa sin si slo sk slv sl sme se smo sm sna sn snd sd som so sot st spa es srd sc srp sr \
ssw ss sun su swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tib bo tir ti ton to tsn tn tso ts tuk tk \
tur tr twi tw uig ug ukr uk urd ur uzb uz ven ve vie vi vol vo wel cy wln wa wol wo xho xh yid yi yor yo zha za zul zu";

/// Length of a pair in the table, its spaces included.
const PAIR: usize = "aar aa ".len();

/// The BCP 47 primary subtag of a List 74 code: two letters where they exist, else the code as it
/// is.
pub(crate) fn subtag(code: &LanguageCode) -> &str {
    let code = code.code();
    let pair = |at: usize| PAIRS.get(at * PAIR..at * PAIR + PAIR - 1);
    let pairs = PAIRS.len().div_ceil(PAIR);
    let (mut low, mut high) = (0, pairs);
    while low < high {
        let middle = low.midpoint(high);
        match pair(middle).and_then(|pair| pair.split_once(' ')) {
            Some((three, two)) if three == code => return two,
            Some((three, _)) if three < code => low = middle + 1,
            _ => high = middle,
        }
    }
    code
}

/// Whether a code, or its subtag, names a site's language (`en`, `en-AU`, `eng`).
pub(crate) fn is_language(code: &str, site: &str) -> bool {
    let primary = site.split(['-', '_']).next().unwrap_or(site);
    code.eq_ignore_ascii_case(primary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_pairs_three_letters_with_two_in_order() {
        let words: Vec<&str> = PAIRS.split_ascii_whitespace().collect();
        let (pairs, rest) = words.as_chunks::<2>();
        assert!(rest.is_empty());
        for [three, two] in pairs {
            assert!(three.len() == 3 && two.len() == 2, "{three} {two}");
            assert!(
                LanguageCode::new(three).is_known(),
                "{three} is not in List 74"
            );
        }
        assert!(pairs.is_sorted_by(|a, b| a[0] < b[0]));
        for [three, two] in pairs {
            assert_eq!(subtag(&LanguageCode::new(three)), *two);
        }
    }

    #[test]
    fn codes_meet_the_languages_of_sites() {
        let meets = |code: &str, site: &str| {
            let code = LanguageCode::new(code);
            is_language(code.code(), site) || is_language(subtag(&code), site)
        };
        assert!(meets("eng", "en"));
        assert!(meets("ger", "de-AT"));
        assert!(meets("mul", "mul"));
        assert!(!meets("fre", "en"));
    }
}
