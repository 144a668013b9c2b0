-- The tables of a ledger, the same in SQLite and PostgreSQL. {integer} and {bytes} are the types for
-- whole numbers of 64 bits and for bytes; {table} and {keyed} end a table (STRICT, WITHOUT ROWID);
-- lots and their ranges refer to each other, which SQLite takes where it stands, PostgreSQL at the end.

-- The log: the truth. Everything below it follows from it and can be rebuilt.
CREATE TABLE event (
  sequence {integer} PRIMARY KEY,
  key TEXT UNIQUE,
  request TEXT NOT NULL,
  body TEXT NOT NULL,
  block {bytes} NOT NULL,
  content TEXT NOT NULL,
  result TEXT NOT NULL,
  recorded TEXT NOT NULL,
  previous TEXT NOT NULL UNIQUE,
  digest TEXT NOT NULL UNIQUE
) {table};

-- One row. `token` counts the batches begun: who holds the newest token may end its batch.
CREATE TABLE head (
  one {integer} PRIMARY KEY CHECK (one = 1),
  sequence {integer} NOT NULL,
  digest TEXT NOT NULL,
  token {integer} NOT NULL
) {table};

-- Registers: append only, each row a number and what it stands for.
CREATE TABLE span (
  number {integer} PRIMARY KEY,
  start {integer} NOT NULL,
  finish {integer} NOT NULL,
  UNIQUE (start, finish),
  CHECK (start < finish)
) {table};

CREATE TABLE device (
  number {integer} PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL
) {table};

CREATE TABLE source (
  number {integer} PRIMARY KEY,
  device TEXT NOT NULL REFERENCES device (device),
  made TEXT NOT NULL,
  UNIQUE (device, made)
) {table};

-- What lots have in common.
CREATE TABLE issue (
  number {integer} PRIMARY KEY,
  scheme TEXT NOT NULL,
  series TEXT NOT NULL,
  source {integer} NOT NULL REFERENCES source (number),
  tradable {integer} NOT NULL CHECK (tradable IN (-1, 0, 1)),
  owner TEXT NOT NULL,
  usable_until {integer} NOT NULL,
  UNIQUE (scheme, series, source, tradable, owner, usable_until)
) {table};

-- A meter with its line and product.
CREATE TABLE slice (
  number {integer} PRIMARY KEY,
  meter TEXT NOT NULL,
  line TEXT NOT NULL,
  product TEXT NOT NULL,
  consumer TEXT NOT NULL,
  site TEXT NOT NULL,
  place TEXT NOT NULL,
  measured TEXT NOT NULL,
  within TEXT NOT NULL,
  trial {integer} NOT NULL CHECK (trial IN (0, 1)),
  UNIQUE (meter, line, product)
) {table};

CREATE TABLE settlement (
  number {integer} PRIMARY KEY,
  settlement TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL
) {table};

CREATE TABLE cancellation (
  number {integer} PRIMARY KEY,
  cancellation TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL
) {table};

CREATE TABLE claim (
  number {integer} PRIMARY KEY,
  claim TEXT NOT NULL UNIQUE,
  sequence {integer} NOT NULL,
  step {integer} NOT NULL,
  content TEXT NOT NULL
) {table};

CREATE TABLE voided (
  number {integer} PRIMARY KEY,
  claim {integer} NOT NULL UNIQUE REFERENCES claim (number),
  sequence {integer} NOT NULL
) {table};

CREATE TABLE exclusion (
  number {integer} PRIMARY KEY,
  content TEXT NOT NULL UNIQUE
) {table};

CREATE TABLE reliance (
  number {integer} PRIMARY KEY,
  footprint TEXT NOT NULL,
  claim {integer} NOT NULL REFERENCES claim (number),
  product TEXT NOT NULL,
  UNIQUE (footprint, claim, product)
) {table};

-- What a range of watt-hours is: a status has at most one claim, a range has one status (I4).
CREATE TABLE status (
  number {integer} PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN (
    'active', 'reserved', 'locked', 'frozen', 'cancelled', 'claimed',
    'expired', 'withdrawn', 'annulled')),
  owner TEXT NOT NULL,
  trades {integer} NOT NULL CHECK (trades >= 0),
  settlement {integer} NOT NULL,
  cancellation {integer} NOT NULL,
  claim {integer} NOT NULL,
  UNIQUE (state, owner, trades, settlement, cancellation, claim),
  CHECK ((state = 'claimed') = (claim > 0)),
  CHECK (state NOT IN ('cancelled', 'claimed') OR cancellation > 0)
) {table};

-- Columns of scale.
CREATE TABLE lot (
  number {integer} PRIMARY KEY,
  issue {integer} NOT NULL REFERENCES issue (number),
  span {integer} NOT NULL REFERENCES span (number),
  low {integer} NOT NULL CHECK (low >= 0),
  size {integer} NOT NULL CHECK (size > 0),
  UNIQUE (issue, low),
  UNIQUE (number, size){ranges_here}
) {table};
CREATE INDEX lot_span ON lot (issue, span);

-- The ranges of a lot, offsets from zero to its size. Each range but the first begins where another
-- one ends (`before`), each but the last ends where another begins (`after`), no two begin or end at
-- the same place: so the ranges of a lot are one chain that covers it exactly (I1).
CREATE TABLE position (
  lot {integer} NOT NULL,
  low {integer} NOT NULL,
  high {integer} NOT NULL,
  size {integer} NOT NULL,
  before {integer},
  after {integer},
  status {integer} NOT NULL REFERENCES status (number) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (lot, low),
  UNIQUE (lot, high),
  CHECK (0 <= low AND low < high AND high <= size),
  CHECK ((low = 0) = (before IS NULL)),
  CHECK (before = low),
  CHECK ((high = size) = (after IS NULL)),
  CHECK (after = high),
  FOREIGN KEY (lot, size) REFERENCES lot (number, size) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (lot, before) REFERENCES position (lot, high) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (lot, after) REFERENCES position (lot, low) DEFERRABLE INITIALLY DEFERRED
) {keyed};

CREATE TABLE production (
  source {integer} NOT NULL REFERENCES source (number),
  span {integer} NOT NULL REFERENCES span (number),
  energy {integer} NOT NULL CHECK (energy >= 0),
  PRIMARY KEY (source, span)
) {keyed};

-- No more is claimed of a consumption than was consumed, whatever claims it (I5); a whole is not
-- less than its parts (I10).
CREATE TABLE consumption (
  number {integer} PRIMARY KEY,
  slice {integer} NOT NULL REFERENCES slice (number),
  span {integer} NOT NULL REFERENCES span (number),
  energy {integer} NOT NULL,
  claimed {integer} NOT NULL,
  parts {integer} NOT NULL,
  whole {integer} REFERENCES consumption (number),
  UNIQUE (slice, span),
  CHECK (0 <= claimed AND claimed <= energy),
  CHECK (0 <= parts AND parts <= energy)
) {table};

{ranges_later}
