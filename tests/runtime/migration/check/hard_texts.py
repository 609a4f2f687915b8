"""Texts that are easily misread; what PostgreSQL makes of each is asked of its parser."""

from __future__ import annotations

BODY = "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC"

HARD_TEXTS = {
    # Nothing, and nearly nothing
    "empty": "",
    "white space of every kind": " \t\n\r\f\v",
    "only a comment": "-- nothing to do",
    "only a block comment": "/* nothing to do */",
    "only semicolons": ";;\n;",
    "empty statements between two": "SELECT 1;; ;/* x */;SELECT 2",
    # Ends of statements and lines
    "no final semicolon": "SELECT 1",
    "no final semicolon, then a comment": "SELECT 1 -- COMMIT;",
    "a comment as the last line": "SELECT 1;\n-- the end; COMMIT",
    "a comment ended by a carriage return": "-- x\rCOMMIT;",
    "CRLF": "SELECT 1;\r\n-- x\r\nROLLBACK;\r\n",
    "a comment before the semicolon": "SELECT 1 -- one;\n;SELECT 2",
    # Comments
    "a nested comment": "/* a /* COMMIT; */ b */ SELECT 1",
    "comments nested ten thousand deep": "/*" * 10_000 + ";COMMIT;" + "*/" * 10_000 + "SELECT 1",
    "a comment opened by slash, star, slash": "/*/ COMMIT; /*/ ; */ */ SELECT 1",
    "a comment closed by two stars": "/** COMMIT; **/ SELECT 1",
    "a line comment inside a block comment": "/* -- */ COMMIT; /* */",
    "a block comment inside a line comment": "-- /*\nCOMMIT; -- */",
    "a comment glued to an operator": "SELECT 1 +/* ; */ 2; SELECT 1 *-- ;\n 2",
    "an operator in which a comment starts": "SELECT 1 <>--;\n2; SELECT 2 ~/*;*/3",
    "operators that look like comments": "SELECT 1 - -1, 4 / 2, 2 * -1; SELECT @ -1",
    "a comment with a quote": "-- it's\nCOMMIT; /* it's */ SELECT 1",
    "keywords with comments between": "/* a */ PREPARE /* b */ -- c\n TRANSACTION /* d */ 'x'",
    # Strings
    "a doubled quote": "SELECT 'it''s; COMMIT;'; SELECT 2",
    "a backslash is no escape": r"SELECT 'a\'; COMMIT; SELECT 'b'",
    "a backslash is one in E strings": r"SELECT E'a\'; COMMIT; --'; SELECT 2",
    "an E string with everything": r"SELECT e'\\', E'\'''; COMMIT;\\'; SELECT 2",
    "an E string goes on behind a line end": "SELECT E'a'\n'b\\'; COMMIT; --'; SELECT 2",
    "an E string goes on behind a comment": "SELECT E'a' -- it's\n  -- and\n 'b\\'; COMMIT; --'; SELECT 2",
    "an E string does not go on behind a block comment": "SELECT E'a', /* \n */'b\\'; COMMIT; SELECT 'c'",
    "a plain string goes on as one": "SELECT 'a'\n'b\\'; COMMIT; SELECT 'c'",
    "an E that ends a word": "SELECT date'2026-01-01\\'; COMMIT; SELECT 'x'",
    "bit, hexadecimal and national strings": "SELECT B'01', x'ff', N'a;b', n'\\'; COMMIT",
    "unicode strings": r"SELECT U&'\0041;', U&'d!0061;' UESCAPE '!', u&'\\' ; COMMIT",
    "a string over several lines": "SELECT 'a\n;COMMIT;\n'; SELECT 2",
    "letters beyond ASCII": "SELECT 'é;ü', \"naïve;\", größe$x$ FROM été; COMMIT",
    # Quoted identifiers
    "a quoted identifier with a semicolon": 'SELECT 1 AS "a;COMMIT;"; SELECT 2',
    "a quoted identifier with quotes and lines": 'SELECT 1 AS "a"";\nCOMMIT;""b\'"; SELECT \'"\';',
    "a unicode identifier": r'SELECT 1 AS U&"\0061;"; SELECT 2',
    "a quoted keyword is a name": 'CREATE TABLE "commit" ("begin" int, "end" int); TABLE "commit"',
    # Dollar quotes
    "a dollar quote": "DO $$ BEGIN COMMIT; END $$; SELECT 2",
    "a dollar quote with a tag, within another": "DO $a$ BEGIN EXECUTE $b$ SELECT '$$; COMMIT;' $b$; END $a$; SELECT 2",
    "a tag in capitals is another tag": "SELECT $a$ ; $A$ ; $a$; SELECT 2",
    "a dollar before the closing tag": "SELECT $a$ ; $$a$; SELECT $$ ; $x$$; SELECT 3",
    "a tag beyond ASCII": "SELECT $é$ ; COMMIT; $é$; SELECT 2",
    "parameters are no tags": "PREPARE p AS SELECT $1, $2; COMMIT; SELECT $1",
    "dollar signs in an identifier": "SELECT 1 AS a$b$c; COMMIT; SELECT a$$ FROM x$$ AS t(a$$)",
    "a quote, a comment and a backslash in a dollar quote": "SELECT $$ ' \" /* -- \\ $$; COMMIT",
    # BEGIN ATOMIC and rules
    "a body": f"{BODY} SELECT 1; SELECT 2; END; COMMIT",
    "an empty body": f"{BODY} END; COMMIT",
    "a body with CASE": f"{BODY} SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END FROM t; SELECT 2; END; SELECT 3",
    "a body with columns called end and case": f"{BODY} SELECT 1 AS end, t.end, t.case FROM t; SELECT 2 end; END; END",
    "a body with columns called begin and atomic": f"{BODY} SELECT begin atomic FROM t; SELECT 2; END; COMMIT",
    "a body in a body": f"{BODY} {BODY} SELECT CASE WHEN a THEN 1 END; END; SELECT begin atomic; END; COMMIT",
    "bodies three deep": f"{BODY} CREATE PROCEDURE p() BEGIN ATOMIC {BODY} END; SELECT 1; END; SELECT 2; END; COMMIT",
    "a rule in a body": f"{BODY} CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3; END; COMMIT",
    "a body with quotes and comments": f"{BODY} SELECT 'END;', $$;END;$$ /* END; */; -- END;\n END; COMMIT",
    "a procedure's body": "CREATE OR REPLACE PROCEDURE p(a int) BEGIN ATOMIC INSERT INTO t VALUES (a); END; COMMIT",
    "a body in mixed case behind comments": f"{BODY.lower()} /* x */ SELECT 1; -- y\n eNd; COMMIT",
    "a parameter called begin of type atomic": "CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1; COMMIT",
    "a function in a dollar quote": "CREATE FUNCTION f() RETURNS int AS $$BEGIN ATOMIC;$$ LANGUAGE sql; COMMIT",
    "a function with both": f"{BODY} SELECT 1; END; CREATE FUNCTION g() RETURNS int AS 'SELECT 1;' LANGUAGE sql; END",
    "a rule of two statements": "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT (2)); COMMIT",
    "a rule of one": "CREATE OR REPLACE RULE r AS ON INSERT TO t DO INSTEAD NOTHING; COMMIT",
    # Transaction control, and what only resembles it
    "every kind of transaction control": "BEGIN; BEGIN ISOLATION LEVEL SERIALIZABLE; START TRANSACTION; SAVEPOINT a; "
    "RELEASE a; RELEASE SAVEPOINT a; ROLLBACK TO a; ROLLBACK; ABORT; END; COMMIT AND CHAIN; COMMIT PREPARED 'x'; "
    "ROLLBACK PREPARED 'x'; PREPARE TRANSACTION 'x'; PREPARE TRANSACTION $$x$$; PREPARE TRANSACTION E'x'; commit WORK",
    "a query called transaction": "PREPARE transaction AS SELECT 1; PREPARE transaction(int) AS SELECT $1",
    "settings of a transaction": "SET TRANSACTION READ ONLY; SET LOCAL a.b = 1; SET CONSTRAINTS ALL DEFERRED",
    "columns called like control": "SELECT begin, commit, abort FROM start; CREATE TABLE release (savepoint int)",
    "control in parentheses is none": "SELECT (SELECT 1); (SELECT 2); ((SELECT 3) UNION (SELECT 4))",
    "control behind an unfinished line": "SELECT 1\n;COMMIT\n;",
}

# No grammar allows these, but the lexer has to know where their tokens end anyway.
UNGRAMMATICAL_TEXTS = {
    "numbers before dollar quotes": "1$$;$$; 2.5$a$;$a$; .5$é$;$é$;",
    "parameters before dollar quotes": "$1$$;$$; $23$a$;$a$;",
    "parameters before strings": "$1e'\\';'; $2N'x;'; $3a$$ ; $4_$$ ;",
    "a dollar sign that opens nothing": "$ ; $a ; $a b$ ; $a;$b$;$b$",
    "strings of all kinds side by side": "'a;'E'\\';'$$;$$U&';'B'0;'X'f;'N';'\"a;\"U&\"b;\";",
    "words before strings": "fooe'\\';'e' _E'\\';'x' e1'\\';'z';",
    "E strings that go on": "E'a'\r'\\';'; E'a' \t\f\n--'\n\n'\\';'; E'a' '\\'; E'a'--\n--x\r'\\';' ;",
    "parentheses that do not match": ")(; ((;",
    "braces, brackets and colons": "{ ; } [ ; ] : ; :: ; := ;",
}
