"""Texts to tokenise: what people search pictures for, and what breaks tokenizers."""

import random

PLAIN = [
    "a photo of a cat",
    "A photo of a RED bicycle, leaning against a wall.",
    "two dogs playing in the snow",
    "it's the neighbour's dog; they've seen it, I'm sure we'll find it, he'd say",
    "IT'S THE NEIGHBOUR'S DOG, WE'LL SEE",
    "a 35mm photo from 1987 (black & white), f/2.8 @ 1/250s",
    "12345 67.89 1,000,000 3-2-1 0x1F",
    "!!! ??? ... --- ,,, ;;; ::: ''' \"\"\" ((( ))) [[[ ]]] {{{ }}}",
    "e-mail: somebody@example.org, https://example.org/a?b=c&d=e#f",
    "#hashtag @mention $100 50% a+b=c a*b a/b a\\b a|b a~b a^b a_b `a`",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "x",
    ".",
    "'s",
    "'",
    "don't can't won't shouldn't've y'all'd've",
]

WRITING = [
    "ein Mädchen mit Schlüssel, weiß und grün, Straße",
    "un café à l'été, où ça; naïve façade, œuvre",
    "El niño comió piñas. ¿Dónde está? ¡Aquí!",
    "кошка на крыше", "猫の写真", "一只红色的自行车", "빨간 자전거", "قطة على السطح", "חתול על הגג", "แมวบนหลังคา",
    "छत पर बिल्ली", "Γάτα στη στέγη", "ΟΔΥΣΣΕΥΣ", "İstanbul ISPARTA ıspanak", "ǅungla ǈ ǋ", "ﬁne ﬂower oﬃce", "Ａｌｉｅｎ ｆｕｌｌ ｗｉｄｔｈ １２３",
    "cafe\u0301 e\u0301te\u0301 n\u0303 a\u030a o\u0308", "Å \u212b \u2126 \u1e9e", "½ ¼ ² ³ № ™ © ® ° µ", "Ⅷ ⅷ ① ㈠ ٣ ५ 𝟛 𝒳",
    "“curly” ‘quotes’ – en — em … ellipsis ‹a› «b» „c“",
    "日本語とEnglishの混在123テスト", "a\u0300\u0301\u0302\u0303\u0304 zalgo",
]

EMOJI = [
    "😀", "🚲 a red bicycle 🚲🚲", "👩‍👩‍👧‍👦 family", "👍🏽 thumbs", "🇩🇪🇫🇷 flags", "❤️ ♥ ❤", "a😀b😀c", "☀️☁️🌧️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣ 2️⃣",
]

WHITE_SPACE = [
    "a\tb\nc\r\nd\x0be\x0cf", "  many   spaces   inside  ", "no\u00a0break\u2009thin\u3000wide\u200bzero\ufeffmark\u2060joiner",
    "line\u2028separator\u2029paragraph", "next\x85line", "file\x1cseparator\x1dand\x1e\x1fothers", "soft\u00adhyphen", "\ta", "a\n",
]

MARKUP = [
    "a &amp; b", "&lt;b&gt;bold&lt;/b&gt;", "fish &amp;amp; chips", "&quot;quoted&quot; &#39;single&#39; &#x1F600; &eacute;t&eacute;",
    "<b>bold</b> <a href=\"x\">link</a>", "<|startoftext|> a cat <|endoftext|>", "a<|endoftext|>b", "<start_of_text>a<end_of_text>",
    "<|STARTOFTEXT|>", "caf\u00c3\u00a9 na\u00c3\u00afve", "\u00e2\u20ac\u0153mojibake\u00e2\u20ac\u009d", "schÃ¶n",
]

CONTROL = ["nul\x00inside", "bell\x07 escape\x1b[31mred\x1b[0m", "delete\x7f", "\x80\x9f", "\ufffd", "private \ue000 \U000f0000", "\uffff \U0010ffff",
           "right\u202eto\u202cleft", "\u0378 unassigned \U0001faf8"]


def texts(seed: int = 1, made: int = 300) -> list[str]:
    """Those above, some too long for any context, and `made` ones drawn by `seed`."""
    rng = random.Random(seed)
    words = " ".join(PLAIN[:9] + WRITING[:3]).split()
    long = [" ".join(words), "word " * 75, "word " * 76, "cat " * 500, "é" * 300, "😀" * 90, "a." * 60]
    drawn = []
    for i in range(made):
        kind = i % 3
        if kind == 0:
            drawn.append(" ".join(rng.choice(words) for _ in range(rng.randint(1, 30))))
        elif kind == 1:
            # Letters, digits and signs of the first planes, whatever they are.
            drawn.append("".join(chr(rng.choice([*range(0x20, 0x7F), *range(0xA1, 0x250), *range(0x370, 0x530)]))
                                 for _ in range(rng.randint(1, 40))))
        else:
            drawn.append("".join(chr(code) for code in (rng.randint(1, 0x1FFFF) for _ in range(rng.randint(1, 20)))
                                 if not 0xD800 <= code < 0xE000))
    return PLAIN + WRITING + EMOJI + WHITE_SPACE + MARKUP + CONTROL + long + drawn
