"""What is written for the bank, and what is read of it in these folders, is valid against the official schemas of ISO 20022. These
are no part of the project: where they do not lie beside it, the tests are skipped."""
import pathlib
import shutil
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCHEMAS = ROOT.parent / "shared" / "iso20022"


def xmllint(schema, path):
    return subprocess.run(["xmllint", "--nonet", "--noout", "--schema", SCHEMAS / schema, path], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


@unittest.skipUnless(SCHEMAS.is_dir(), "the schemas of ISO 20022 do not lie in ../shared/iso20022")
@unittest.skipUnless(shutil.which("xmllint"), "xmllint is not installed")
class Schemas(unittest.TestCase):
    def check(self, schema, paths):
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path.name):
                done = xmllint(schema, path)
                self.assertEqual(done.returncode, 0, done.stdout)

    # tests/unit/formats/pain_test.c holds these files against what the program writes, byte by byte.
    def test_requests_for_debits_are_valid(self):
        self.check("pain.008.001.08.xsd", sorted((HERE / "pain008").glob("*.xml")))

    def test_orders_for_payments_are_valid(self):
        self.check("pain.001.001.09.xsd", sorted((HERE / "pain001").glob("*.xml")))

    def test_good_answers_are_valid(self):
        self.check("pain.002.001.10.xsd", sorted((HERE / "pain002").glob("good-*.xml")))

    def test_good_statements_are_valid(self):
        self.check("camt.053.001.08.xsd", sorted((HERE / "camt053").glob("good-*.xml")))

    def test_a_file_that_breaks_the_schema_is_noticed(self):
        self.assertNotEqual(xmllint("camt.053.001.08.xsd", HERE / "camt053" / "no-id.xml").returncode, 0)


if __name__ == "__main__":
    unittest.main()
