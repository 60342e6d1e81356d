"""Triggers by which the database refuses to change or delete what was recorded.

Two changes alone pass: a record's detail gives way to {"blanked_by": id of the record that says
why}, and its seal then forgets the salt. The statements are those of migration 0005; whoever
rebuilds one of the tables makes them again.
"""

import sqlalchemy as sa

BLANKED_BY = "blanked_by"

FIXED = ("id", "recorded_at", "actor_id", "action", "subject")
SEALED = ("sequence", "record_id", "detail_digest", "digest", "sealed_at", "caught_up_at")


def _sqlite() -> dict[str, list[str]]:
    def refuse(name: str, when: str, table: str, condition: str = "") -> str:
        return (
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )

    def moved(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)

    return {
        "audit_record": [
            refuse("audit_record_kept", "DELETE", "audit_record"),
            refuse(
                "audit_record_fixed",
                "UPDATE",
                "audit_record",
                f"WHEN {moved(FIXED)} OR json_extract(NEW.detail, '$.{BLANKED_BY}') IS NULL "
                "OR json_remove(NEW.detail, '$.blanked_by') <> '{}' ",
            ),
        ],
        "audit_seal": [
            refuse("audit_seal_kept", "DELETE", "audit_seal"),
            refuse(
                "audit_seal_fixed",
                "UPDATE",
                "audit_seal",
                f"WHEN {moved(SEALED)} OR NEW.salt IS NOT NULL ",
            ),
        ],
    }


def _postgresql() -> dict[str, list[str]]:
    def moved(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)

    def function(table: str, condition: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger "
            f"LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN "
            f"RAISE EXCEPTION '{table} is append-only'; END IF; "
            f"IF {condition} THEN RAISE EXCEPTION '{table} is append-only'; END IF; "
            "RETURN NEW; END $$"
        )

    def trigger(table: str) -> str:
        return (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
        )

    of_record = (
        f"{moved(FIXED)} OR NEW.detail -> '{BLANKED_BY}' IS NULL "
        f"OR NEW.detail - '{BLANKED_BY}' <> '{{}}'::jsonb"
    )
    return {
        "audit_record": [function("audit_record", of_record), trigger("audit_record")],
        "audit_seal": [
            function("audit_seal", f"{moved(SEALED)} OR NEW.salt IS NOT NULL"),
            trigger("audit_seal"),
        ],
    }


STATEMENTS = {"sqlite": _sqlite(), "postgresql": _postgresql()}


def guard(*tables: sa.Table) -> None:
    """Make the triggers wherever these tables are made from the models."""
    for table in tables:
        for dialect, by_table in STATEMENTS.items():
            for statement in by_table[table.name]:
                ddl = sa.DDL(statement.replace("%", "%%"))
                sa.event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
