/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables, and the view that people read. */
#include "archive/sightings_db.h"

#ifdef HAVE_SQLITE3

#include <errno.h>
#include <stdio.h>

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define PER_STEP TEXT(SIGHTINGS_PER_STEP)

/* By the bytes of an address: where in a row each sighting begins. */
static const char places[] =
	"WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < " TEXT(SIGHTINGS_ROW) " / 15 - 1) INSERT INTO places"
	" SELECT 4, 15 * n + 1 FROM n UNION ALL SELECT 16, 39 * n + 1 FROM n WHERE n < " TEXT(SIGHTINGS_ROW) " / 39;";

static const char tables[] =
	"CREATE TABLE packed(id INTEGER PRIMARY KEY, kind INTEGER, bytes INTEGER, sightings BLOB);"
	"CREATE TABLE places(bytes INTEGER, at INTEGER, PRIMARY KEY(bytes, at)) WITHOUT ROWID;"
	"CREATE TABLE kinds(id INTEGER PRIMARY KEY, series TEXT, class TEXT, rule INTEGER);"
	"CREATE TABLE rules(id INTEGER PRIMARY KEY, prefix TEXT);"
	"CREATE TABLE spans(start INTEGER PRIMARY KEY, end INTEGER);"
	"CREATE TABLE samples(start INTEGER PRIMARY KEY, end INTEGER, packets_left_out INTEGER, sightings_left_out INTEGER);"
	"CREATE TABLE lengths(start INTEGER PRIMARY KEY, step INTEGER);"
	"CREATE TABLE settings(name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
	"CREATE TABLE services(protocol INTEGER, port INTEGER, name TEXT, PRIMARY KEY(protocol, port)) WITHOUT ROWID;";

/* The file is read where /etc/services may be another one, so it has names of its own: those that a firewall meets. */
static const char services[] =
	"INSERT INTO services SELECT protocol, column1, column2 FROM (SELECT 6 AS protocol UNION SELECT 17), (VALUES"
	" (7, 'echo'), (9, 'discard'), (17, 'qotd'), (19, 'chargen'), (53, 'domain'), (88, 'kerberos'), (111, 'sunrpc'),"
	" (389, 'ldap'), (443, 'https'), (500, 'isakmp'), (853, 'domain-s'), (1194, 'openvpn'), (1812, 'radius'), (2049, 'nfs'),"
	" (3389, 'ms-wbt-server'), (3478, 'stun'), (5060, 'sip'), (5061, 'sips'), (11211, 'memcached'));"
	"INSERT INTO services SELECT 6, column1, column2 FROM (VALUES"
	" (20, 'ftp-data'), (21, 'ftp'), (22, 'ssh'), (23, 'telnet'), (25, 'smtp'), (43, 'whois'), (70, 'gopher'),"
	" (79, 'finger'), (80, 'http'), (102, 'iso-tsap'), (110, 'pop3'), (113, 'ident'), (119, 'nntp'), (135, 'epmap'),"
	" (139, 'netbios-ssn'), (143, 'imap'), (179, 'bgp'), (445, 'microsoft-ds'), (465, 'submissions'), (502, 'modbus'),"
	" (512, 'exec'), (513, 'login'), (514, 'shell'), (515, 'printer'), (543, 'klogin'), (548, 'afp'), (554, 'rtsp'),"
	" (587, 'submission'), (631, 'ipp'), (636, 'ldaps'), (873, 'rsync'), (989, 'ftps-data'), (990, 'ftps'), (993, 'imaps'),"
	" (995, 'pop3s'), (1080, 'socks'), (1433, 'ms-sql-s'), (1521, 'oracle'), (1723, 'pptp'), (1883, 'mqtt'),"
	" (2375, 'docker'), (3128, 'squid'), (3306, 'mysql'), (3690, 'svn'), (4369, 'epmd'), (5222, 'xmpp-client'),"
	" (5432, 'postgresql'), (5555, 'adb'), (5672, 'amqp'), (5900, 'vnc'), (5985, 'winrm'), (6000, 'x11'), (6379, 'redis'),"
	" (6667, 'ircd'), (7547, 'cwmp'), (8080, 'http-alt'), (8443, 'https-alt'), (8883, 'secure-mqtt'), (9100, 'jetdirect'),"
	" (9200, 'elasticsearch'), (10050, 'zabbix-agent'), (27017, 'mongodb'));"
	"INSERT INTO services SELECT 17, column1, column2 FROM (VALUES"
	" (67, 'bootps'), (68, 'bootpc'), (69, 'tftp'), (80, 'http'), (123, 'ntp'), (137, 'netbios-ns'), (138, 'netbios-dgm'),"
	" (161, 'snmp'), (162, 'snmp-trap'), (514, 'syslog'), (520, 'route'), (546, 'dhcpv6-client'), (547, 'dhcpv6-server'),"
	" (623, 'asf-rmcp'), (1434, 'ms-sql-m'), (1701, 'l2tp'), (1900, 'ssdp'), (3702, 'ws-discovery'), (4500, 'ipsec-nat-t'),"
	" (4789, 'vxlan'), (5353, 'mdns'), (5683, 'coap'), (47808, 'bacnet'), (51820, 'wireguard'));";

/* Text of the address whose hexadecimal digits are h: what inet_ntop(3) writes, and RFC 5952 asks for. "at" is a place in h. */
#define DIGIT(at) "(instr('0123456789abcdef', substr(h, " at ", 1)) - 1)"
#define OCTET(at) "(" DIGIT(at) " * 16 + " DIGIT(at " + 1") ")"
#define DOTTED(at) OCTET(at) " || '.' || " OCTET(at " + 2") " || '.' || " OCTET(at " + 4") " || '.' || " OCTET(at " + 6")
#define GROUP(at) "ifnull(nullif(ltrim(substr(h, " at ", 4), '0'), ''), '0') || ':'"
#define GROUPS \
	"':' || " GROUP("1") " || " GROUP("5") " || " GROUP("9") " || " GROUP("13") " || " GROUP("17") " || " GROUP("21") " || " \
	GROUP("25") " || " GROUP("29")

/* The leftmost run of zeros of this length, if there is one, becomes "::". */
#define RUN(zeros) \
	" WHEN instr(g, '" zeros "') THEN trim(substr(g, 1, instr(g, '" zeros "') - 1), ':') || '::' || " \
	"rtrim(substr(g, instr(g, '" zeros "') + length('" zeros "')), ':')"
#define COLONS \
	"CASE WHEN instr(g, ':0:0:') = 0 THEN trim(g, ':')" RUN(":0:0:0:0:0:0:0:0:") RUN(":0:0:0:0:0:0:0:") RUN(":0:0:0:0:0:0:") \
	RUN(":0:0:0:0:0:") RUN(":0:0:0:0:") RUN(":0:0:0:") RUN(":0:0:") " END"

#define ADDRESS(column) \
	"(SELECT CASE WHEN length(h) = 8 THEN " DOTTED("1") \
	" WHEN h < '0000000000000000000000010000' AND h >= '00000000000000000000000000010000' THEN '::' || " DOTTED("25") \
	" WHEN h BETWEEN '00000000000000000000ffff' AND '00000000000000000000ffffg' THEN '::ffff:' || " DOTTED("25") \
	" ELSE (SELECT " COLONS " FROM (SELECT " GROUPS " AS g LIMIT 1)) END" \
	" FROM (SELECT lower(hex(" column ")) AS h LIMIT 1))"

#define PROTOCOL \
	"CASE WHEN series GLOB 'tcp?' THEN 6 WHEN series GLOB 'udp?' THEN 17 WHEN series = 'icmp4' THEN 1 WHEN series = 'icmp6' THEN 58" \
	" ELSE number END"
#define TIME(seconds) "strftime('%Y-%m-%dT%H:%M:%SZ', " seconds ", 'unixepoch')"
#define START "s.id / " PER_STEP
#define FLAG(bit, name) "iif(tcp_flags & " bit ", '," name "', '')"

/* All bytes in order: a byte's place among them is its value. Nothing in SQL takes a number out of a BLOB faster. */
#define SIXTEEN(high) \
	high "0" high "1" high "2" high "3" high "4" high "5" high "6" high "7" high "8" high "9" high "a" high "b" high "c" high "d" \
	high "e" high "f"
#define BYTES \
	"x'" SIXTEEN("0") SIXTEEN("1") SIXTEEN("2") SIXTEEN("3") SIXTEEN("4") SIXTEEN("5") SIXTEEN("6") SIXTEEN("7") SIXTEEN("8") \
	SIXTEEN("9") SIXTEEN("a") SIXTEEN("b") SIXTEEN("c") SIXTEEN("d") SIXTEEN("e") SIXTEEN("f") "'"
#define BYTE(behind) "(instr(" BYTES ", substr(sightings, at + 2 * p.bytes + " behind ", 1)) - 1)"

/* Here and below, CROSS JOIN keeps SQLite from taking the smaller table first. */
static const char unpacked[] =
	"CREATE VIEW sightings AS SELECT p.id AS id, kind, substr(sightings, at, p.bytes) AS source,"
	" substr(sightings, at + p.bytes, p.bytes) AS destination, " BYTE("0") " * 256 + " BYTE("1") " AS number, "
	"((" BYTE("2") " * 256 + " BYTE("3") ") * 256 + " BYTE("4") ") * 256 + " BYTE("5") " AS packets, "
	BYTE("6") " AS tcp_flags "
	"FROM packed AS p CROSS JOIN places ON places.bytes = p.bytes AND at <= length(sightings);";

static const char view[] =
	"CREATE VIEW seen AS SELECT s.id AS id, " TIME(START) " AS time, "
	TIME(START " + (SELECT step FROM lengths WHERE start <= " START " ORDER BY start DESC LIMIT 1)") " AS end, series, class, "
	ADDRESS("s.source") " AS source, " ADDRESS("s.destination") " AS destination, " PROTOCOL " AS protocol, "
	"CASE WHEN series GLOB '[tu][cd]p?' THEN number END AS port, "
	"(SELECT name FROM services WHERE services.port = number AND services.protocol ="
	" CASE WHEN series GLOB 'tcp?' THEN 6 WHEN series GLOB 'udp?' THEN 17 END) AS service, "
	"CASE WHEN series GLOB 'icmp?' THEN number / 256 END AS icmp_type, "
	"CASE WHEN series GLOB 'icmp?' THEN number % 256 END AS icmp_code, "
	"CASE WHEN series GLOB 'tcp?' THEN ifnull(nullif(substr("
	FLAG("1", "FIN") " || " FLAG("2", "SYN") " || " FLAG("4", "RST") " || " FLAG("8", "PSH") " || " FLAG("16", "ACK") " || "
	FLAG("32", "URG") " || " FLAG("64", "ECE") " || " FLAG("128", "CWR") ", 2), ''), 'NONE') END AS tcp_flags, "
	"packets, (SELECT prefix FROM rules WHERE rules.id = kinds.rule) AS rule, s.source AS source_bytes, "
	"s.destination AS destination_bytes "
	"FROM sightings AS s CROSS JOIN kinds ON kinds.id = s.kind;";

int sightings_check(struct sightings *s, bool *is_new, struct failure *why)
{
	static const char doing[] = "cannot read";
	int64_t application, version, tables_there;
	int err = sightings_ask(s, "PRAGMA application_id", doing, &application, why);

	if (!err)
		err = sightings_ask(s, "PRAGMA user_version", doing, &version, why);
	if (!err)
		err = sightings_ask(s, "SELECT count(*) FROM sqlite_schema", doing, &tables_there, why);
	if (err)
		return err;
	*is_new = application == 0 && version == 0 && tables_there == 0;
	if (*is_new)
		return 0;
	if (application != SIGHTINGS_APPLICATION)
		return fail(why, EILSEQ, "%s: an SQLite file of something else than fireplot; move it away to start with a new one",
		            s->path);
	if (version != SIGHTINGS_VERSION)
		return fail(why, EEXIST,
		            "%s: version %lld, made by %s fireplot; this one knows version %d; move it away to start with a new one",
		            s->path, (long long)version, version > SIGHTINGS_VERSION ? "a newer" : "an older", SIGHTINGS_VERSION);
	return 0;
}

int sightings_make(struct sightings *s, struct failure *why)
{
	static const char doing[] = "cannot make it";
	char numbers[128];
	int err = sightings_run(s, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = WAL", doing, why);

	if (!err)
		err = sightings_do(s, SQL_BEGIN, 0, NULL, why);
	if (!err)
		err = sightings_run(s, tables, doing, why);
	if (!err)
		err = sightings_run(s, services, doing, why);
	if (!err)
		err = sightings_run(s, places, doing, why);
	if (!err)
		err = sightings_run(s, unpacked, doing, why);
	if (!err)
		err = sightings_run(s, view, doing, why);
	snprintf(numbers, sizeof(numbers), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", SIGHTINGS_APPLICATION,
	         SIGHTINGS_VERSION);
	return err ? err : sightings_run(s, numbers, doing, why);
}

#endif
