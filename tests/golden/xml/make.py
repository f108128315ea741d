#!/usr/bin/python3
"""Makes the XML samples of this folder anew: what is well-formed, and what means harm."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
LAUGHS = ("".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)))


def good_files():
    yield "plain", b'<a><b c="1" d=\'2\'/>text<e>more</e></a>'
    yield "spaces", (b'<?xml version="1.0"?>\n<r:a xmlns:r="urn:r" xmlns="urn:d">\n <b x="1" r:x="2"/>\n <c xmlns="" xml:lang="zh"/>'
                     b'\n</r:a>\n')
    yield "references", '<a b="&lt;&amp;&gt;&quot;&apos;&#26085;&#x6e05; \n x">&lt;&amp;&gt;&#26085;<![CDATA[<&]]></a>'.encode()
    yield "bom", b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a/>"
    yield "comments", b"<!-- 1 --><?p i?><a><!-- 2 --><b/><?p i?></a><!-- 3 --> \n"
    yield "returns", b'<a b="1\r\n2">1\r\n2\r3</a>\r\n'
    yield "deep-64", b"<d>" * 64 + b"</d>" * 64
    yield "long-blank", b"<a>" + b" \n" * 5000 + b"<b/></a>"
    yield "names", b"<a.b-c_1><_/></a.b-c_1>"


def hostile_files():
    yield "deep-65", b"<d>\n" * 65 + b"</d>" * 65
    yield "deep-huge", b"<d>" * 20000
    yield "deep-256", b"<d>" * 256 + b"</d>" * 256
    yield "deep-257", b"<d>" * 257 + b"</d>" * 257
    yield "laughs", f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>'.encode()
    yield "laughs-far", b" " * 70000 + f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a b="&l9;"/>'.encode()
    yield "external", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    yield "external-dtd", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'
    yield "parameter", b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><a/>'
    yield "include", b'<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="/etc/passwd" parse="text"/></a>'
    yield "entity", b"<a>&nbsp;</a>"
    yield "entity-in-attribute", b'<a b="&x;"/>'
    yield "huge-attribute", b'<a><b c="' + b"x" * 20000 + b'"/></a>'
    yield "huge-name", b"<a><" + b"x" * 20000 + b"/></a>"
    yield "huge-text", b"<a>\n" + b"x" * 20000 + b"</a>"
    yield "huge-cdata", b"<a><![CDATA[" + b"x" * 20000 + b"]]></a>"
    yield "many-attributes", b"<a " + b" ".join(b'b%d="1"' % n for n in range(1500)) + b"/>"
    yield "twice", b'<a>\n<b c="1" d="2" c="3"/></a>'
    yield "twice-by-prefix", b'<a xmlns:p="urn:1" xmlns:q="urn:1"><b p:c="1" q:c="2"/></a>'
    yield "unquoted", b"<a b=1/>"
    yield "no-value", b"<a b/>"
    yield "less", b'<a b="<"/>'
    yield "mismatch", b"<a>\n <b>\n </a>\n</b>"
    yield "unclosed", b"<a><b/>"
    yield "cut-tag", b'<a b="1'
    yield "cut-name", b"<a"
    yield "cut-comment", b"<a/><!-- "
    yield "only-comment", b"<!-- a -->"
    yield "nothing", b""
    yield "two-roots", b"<a/>\n<b/>"
    yield "text-after", b"<a/>\nb"
    yield "text-before", b"b<a/>"
    yield "text-alone", b"a,b\n"
    yield "late-declaration", b'\n<?xml version="1.0"?><a/>'
    yield "long-declaration", b'<?xml version="1.0"' + b" " * 300 + b"?><a/>"
    yield "unquoted-charset", "<?xml version='1.0' encoding=日x日?><a/>".encode()
    yield "zero", b"<a>\0</a>"
    yield "zero-far", b"<a>" + b" " * 70000 + b"\0</a>"
    yield "control", b"<a>\x08</a>"
    yield "control-reference", b"<a>&#8;</a>"
    yield "zero-reference", b'<a b="&#0;"/>'
    yield "not-a-character", "<a>\uffff</a>".encode()
    yield "surrogate", b"<a>\xed\xa0\x80</a>"
    yield "overlong", b"<a b='\xc0\xbc'/>"
    yield "half", b"<a b='\xe7\x81'/>"
    yield "latin1", b"<a>\xe9t\xe9</a>"
    yield "utf16", "<a/>".encode("utf-16")
    yield "utf16-says-so", '<?xml version="1.0" encoding="utf-16"?><a/>'.encode()
    yield "utf7", b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>'
    yield "gbk", '<?xml version="1.0" encoding=\'gbk\'?><a>中</a>'.encode("gbk")
    yield "ebcdic", '<?xml version="1.0"?><a/>'.encode("cp037")
    yield "prefix", b"<a><p:b/></a>"
    yield "attribute-prefix", b'<a p:b="1"/>'
    yield "hyphens", b"<a><!-- a -- b --></a>"
    yield "cdata-end", b"<a>]]></a>"


for files in (good_files, hostile_files):
    for name, data in files():
        (HERE / f"{name}.xml").write_bytes(data)
