"""The certificate of sanitization as a PDF (fields: NIST SP 800-88 Rev. 2, section 4.6).

From the files of reports to the file of a certificate: `accept` lets in only reports that are intact and trusted,
`claims` says what may be said of each drive, `compose` puts it into words, `layout` and `pages` put these onto sheets,
`pdf` makes the file.
"""
