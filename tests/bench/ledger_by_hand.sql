-- The Ohio contract as somebody who knows it writes it down for DuckDB: no cell is checked, and
-- nothing is read but the style of this one ledger. {ledger} and {out} are the files, {columns} what is
-- written.
COPY (
  WITH ruled AS (
    SELECT *,
      CASE
        WHEN Purchased < DATE '2013-11-15' THEN
          CASE WHEN Quantity < 1 THEN 1 WHEN Quantity = 100000 THEN 3 ELSE 2 END
        WHEN Quantity < 1 THEN 4
        WHEN Quantity < 100000 THEN 5
        WHEN Quantity > 100000 THEN 6
        WHEN Purchased < DATE '2013-12-01' THEN 7
        WHEN Purchased <= DATE '2013-12-31' THEN 8
        ELSE 9
      END AS rule
    FROM read_csv(
      '{ledger}', header = true, auto_detect = false, delim = ',', quote = '"',
      columns = {{Invoice: 'VARCHAR', Quantity: 'BIGINT', Purchased: 'DATE', Service: 'VARCHAR',
                  Paid: 'DECIMAL(18, 2)', Memo: 'VARCHAR'}}
    )
  ), priced AS (
    SELECT *, CASE rule WHEN 8 THEN 255000.00 WHEN 9 THEN 279995.00 END AS price FROM ruled
  ), answered AS (
  SELECT
    Invoice, Quantity, Purchased, Service, Paid, Memo,
    price AS "Price",
    CASE rule WHEN 9 THEN 2.75 END AS "Unit price",
    CASE WHEN rule >= 8 THEN 'not on file' END AS "Billed",
    CASE rule
      WHEN 5 THEN 'Service Attachment 1, page 9, Table (a.)'
      WHEN 6 THEN 'Service Attachment 1, page 9, Table (a.)'
      WHEN 7 THEN 'Service Attachment 1, page 9, Table (a.), last row'
      WHEN 8 THEN 'Amendment 1, 1.A, footnote *'
      WHEN 9 THEN 'Amendment 1, 1.A'
    END AS "Source",
    CASE
      WHEN rule <= 4 THEN 'no price' WHEN rule <= 7 THEN 'not determinable' ELSE 'price'
    END AS "Outcome",
    CASE rule
      WHEN 1 THEN 'no row prices these units on that day: no row covers this quantity on any day.'
      WHEN 2 THEN 'no row prices these units on that day: Service Attachment 1, page 9, Table (a.) applies from 2013-11-15; assumed: date signed of Service Attachment 1.'
      WHEN 3 THEN 'no row prices these units on that day: Service Attachment 1, page 9, Table (a.), last row applies from 2013-11-15; assumed: date signed of Service Attachment 1, date signed and effective date of Amendment 1.'
      WHEN 4 THEN 'no row prices these units on that day: the smallest range that day is 1 to 99,999 IPs (Service Attachment 1, page 9, Table (a.)).'
      WHEN 5 THEN 'Service Attachment 1, page 9, Table (a.) (1 to 99,999 IPs) is not on file (Amendment 1 amends the last row only; the rows above it are not on file); open: end of Service Attachment 1 not on file; assumed: date signed of Service Attachment 1.'
      WHEN 6 THEN 'Service Attachment 1, page 9, Table (a.) (100,001 or more IPs) is not on file (100,000 is the last row; whether anything is said of more is not on file); open: end of Service Attachment 1 not on file; assumed: date signed of Service Attachment 1.'
      WHEN 7 THEN 'Service Attachment 1, page 9, Table (a.), last row (100,000 IPs) is not on file (What the last row said before Amendment 1 is not on file); open: end of Service Attachment 1 not on file; assumed: date signed of Service Attachment 1, date signed and effective date of Amendment 1.'
      WHEN 8 THEN 'in place of 279,995.00 (Amendment 1, 1.A); open: end of Service Attachment 1 not on file; assumed: date signed and effective date of Amendment 1.'
      WHEN 9 THEN 'open: end of Service Attachment 1 not on file, printed total is not 100,000 x 2.75 = 275,000.00; assumed: date signed and effective date of Amendment 1.'
    END AS "Reason",
    Paid - price AS "Difference"
  FROM priced
  )
  SELECT {columns} FROM answered
) TO '{out}' (FORMAT csv, HEADER true);
