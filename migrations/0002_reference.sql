-- Sets of public records that were imported: one row a kind and vintage.
create table reference_sets (
    kind        text not null,
    vintage     text not null,
    file        text not null,
    digest      text not null,
    rows        bigint not null,
    imported_at bigint not null,
    primary key (kind, vintage)
);

-- Their facts, as JSON lists of some hundred each. No fact has a row or a
-- column of its own: the picture is only ever read whole into memory, where it
-- is looked up, and a hundred thousand rows would cost seconds at every start.
create table reference_parts (
    kind    text not null,
    vintage text not null,
    part    bigint not null,
    facts   text not null,
    primary key (kind, vintage, part)
);
