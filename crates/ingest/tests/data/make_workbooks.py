"""Writes the two workbooks that `src/xlsx/tests.rs` reads. Needs openpyxl 3.1 and xlsxwriter 3.

    python make_workbooks.py
"""

import datetime as dt

import openpyxl
import xlsxwriter

TITLE = "Leads, November"
HEADER = ["id", "name", "created", "seen", "share", "revenue", "active", "note"]
ROWS = [
    ["007", "Zoë Łukasik", dt.date(2026, 11, 22), dt.datetime(2026, 11, 22, 14, 3, 5), 0.07, 1200.5, True, 'says "no", twice'],
    ["008", "אבי כהן", dt.date(1999, 1, 31), dt.datetime(2026, 3, 29, 2, 30), 0.123, -5, False, "two\nlines"],
    ["009", None, None, None, None, None, None, None],
]


def openpyxl_book():
    book = openpyxl.Workbook()
    cover, sheet = book.active, book.create_sheet("Leads")
    cover.title = "Cover"
    sheet.append([TITLE])
    sheet.merge_cells("A1:C1")
    sheet.append([])
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    for cell in sheet["E"][3:]:
        cell.number_format = "0.0%"
    for cell in sheet["F"][3:]:
        cell.number_format = "#,##0.00 [$€-407]"
    sheet["H6"] = "=1+1"
    book.properties.created = book.properties.modified = dt.datetime(2026, 11, 22)
    book.save("openpyxl.xlsx")


def xlsxwriter_book():
    book = xlsxwriter.Workbook("xlsxwriter.xlsx")
    book.set_properties({"created": dt.datetime(2026, 11, 22)})
    book.add_worksheet("Cover")
    sheet = book.add_worksheet("Leads")
    sheet.merge_range("A1:C1", TITLE)
    sheet.write_row(2, 0, HEADER)
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "d.m.yy hh:mm"})
    share, money = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "$#,##0.00"})
    formats = [None, None, day, moment, share, money, None, None]
    for number, row in enumerate(ROWS, start=3):
        for column, (value, form) in enumerate(zip(row, formats)):
            if value is not None:
                sheet.write(number, column, value, form)
    sheet.write_formula("H6", "=1+1", None, 2)
    book.close()


openpyxl_book()
xlsxwriter_book()
