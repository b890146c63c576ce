"""Write countries.csv: ISO 3166-1 codes with the names that exports use, in English and German.

Needs ``babel`` (CLDR names, Unicode licence) and ``pycountry`` (ISO codes, LGPL data). The further names are ours.
"""

from pathlib import Path

import pycountry
from babel import Locale

FURTHER = {
    "AE": ["UAE", "Emirates", "VAE"], "BA": ["Bosnia"], "BO": ["Bolivia"], "BN": ["Brunei"], "CD": ["DR Congo", "Congo Kinshasa"],
    "CG": ["Congo", "Congo Brazzaville"], "CH": ["Suisse", "Svizzera"], "CI": ["Ivory Coast"], "CN": ["PRC", "PR China", "Mainland China"],
    "CZ": ["Czech Republic", "Tschechische Republik"], "DE": ["BRD", "Bundesrepublik Deutschland", "Federal Republic of Germany", "Allemagne"],
    "ES": ["Espana"], "FM": ["Micronesia"], "FR": ["La France"], "GB": ["UK", "U.K.", "Great Britain", "Britain", "England", "Scotland", "Wales",
    "Northern Ireland", "Grossbritannien", "Schottland"], "HK": ["Hong Kong", "Hongkong"], "IE": ["Republic of Ireland", "Eire"], "IR": ["Iran"],
    "IT": ["Italia"], "KP": ["North Korea"], "KR": ["Korea", "South Korea", "Republic of Korea"], "LA": ["Laos"], "MD": ["Moldova"],
    "MK": ["Macedonia", "Mazedonien"], "MM": ["Burma", "Birma"], "MO": ["Macau", "Macao"], "NL": ["Holland", "The Netherlands", "Nederland"],
    "PS": ["Palestine"], "RU": ["Russia", "Russian Federation"], "SY": ["Syria"], "SZ": ["Swaziland"], "TR": ["Turkey", "Tuerkei"], "TW": ["Taiwan"],
    "TZ": ["Tanzania"], "US": ["U.S.", "U.S.A.", "United States of America", "America", "Amerika", "Vereinigte Staaten von Amerika"],
    "VA": ["Vatican"], "VE": ["Venezuela"], "VN": ["Vietnam"], "AT": ["Autriche"], "BE": ["Belgique", "Belgie"], "PL": ["Polska"], "SE": ["Sverige"],
    "DK": ["Danmark"], "NO": ["Norge"], "FI": ["Suomi"], "PT": ["Portugal"], "BR": ["Brasil"], "CV": ["Cape Verde"], "TL": ["East Timor"],
}
SEPARATOR = "|"

english, german = Locale("en").territories, Locale("de").territories
lines = ["# alpha-2,alpha-3,names: made by make_countries.py"]
for country in sorted(pycountry.countries, key=lambda c: c.alpha_2):
    code = country.alpha_2
    names = [english.get(code), country.name, getattr(country, "common_name", None), getattr(country, "official_name", None), german.get(code)]
    names += FURTHER.get(code, [])
    unique = list(dict.fromkeys(name for name in names if name))
    lines.append(f"{code},{country.alpha_3},{SEPARATOR.join(unique)}")
(Path(__file__).parent / "countries.csv").write_text("\n".join(lines) + "\n")
