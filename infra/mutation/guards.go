package main

import (
	"fmt"
	"regexp"
)

// guard is something that can be taken away: text of one Go file, or a part of the
// database's schema.
type guard struct {
	name string

	file    string         // of the project
	remove  *regexp.Regexp // matches exactly once in the file
	instead string         // what stands in its place, with the groups as ${1}
	sql     string         // run after all migrations

	pkg, tests string // the package, and the tests (a regular expression) of which one must fail
}

// The packages whose tests notice.
const (
	store         = "./shared/postgres"
	relay         = "./shared/outbox"
	dispatcher    = "./functions/reminders"
	notifications = "./functions/notifications"
	chain         = "./shared/chain"
)

// without gives the statement that takes a text out of a database function. It fails
// where the function does not have it: then the guard has moved.
func without(function, remove, instead string) string {
	return fmt.Sprintf(`DO $mutant$
DECLARE was text := pg_get_functiondef(%[1]s::regproc);
BEGIN
	IF position(%[2]s IN was) = 0 THEN RAISE EXCEPTION 'not in the function: %%', %[2]s; END IF;
	EXECUTE replace(was, %[2]s, %[3]s);
END $mutant$;`, quote(function), quote(remove), quote(instead))
}

func quote(literal string) string { return "$text$" + literal + "$text$" }

// text matches a text as it stands.
func text(exact string) *regexp.Regexp { return regexp.MustCompile(regexp.QuoteMeta(exact)) }

// ofTask is the condition of a task's change, whatever the numbers of its parameters.
var ofTask = regexp.MustCompile(`AND version = (\$\d+) AND owner = (\$\d+)( RETURNING 1\)\s+SELECT must_change\(count\(\*\), 'tasks/' \|\| \$1\) FROM changed` + "`, append\\(row)")

func drop(table, constraint string) string {
	return fmt.Sprintf(`ALTER TABLE %s DROP CONSTRAINT %s;`, table, constraint)
}

// guards is every one that the promises of docs/guarantees.md stand on.
var guards = []guard{
	{name: "unique: one_task_per_slot", sql: drop("tasks", "one_task_per_slot"), pkg: store, tests: "ASlotHasOneTask"},
	{name: "unique: handled_once", sql: drop("inbox", "handled_once"), pkg: store, tests: "FailedCommitLeavesNothing"},
	{name: "unique: notified_once", sql: drop("notifications", "notified_once"), pkg: store, tests: "NotifiedOfOnce"},
	{name: "unique: sent_once", sql: drop("deliveries", "sent_once"), pkg: store, tests: "NotifiedOfOnce"},
	{name: "unique: audited_once", sql: drop("audit", "audited_once"), pkg: store, tests: "OneLinkOfItsOwnersChain"},

	{
		name: "inbox: the receipt of an act", file: "shared/postgres/commit.go", remove: text("if r := c.Receipt; r != nil {"), instead: "if r := c.Receipt; r != nil && false {",
		pkg: store, tests: "FailedCommitLeavesNothing",
	},
	{
		name: "inbox: the receipt of a notification", file: "shared/postgres/notifications.go", remove: text("queueReceipt(b, *w.Receipt, n.Owner, n.CreatedAt)"), instead: "_ = w.Receipt",
		pkg: store, tests: "NotifiedOfOnce",
	},

	{name: "SKIP LOCKED: outbox", sql: without("claim_outbox", "SKIP LOCKED", ""), pkg: store, tests: "PassesOverWhatAnotherHolds"},
	{name: "SKIP LOCKED: reminders", sql: without("claim_reminders", "SKIP LOCKED", ""), pkg: store, tests: "PassesOverWhatAnotherHolds"},
	{name: "SKIP LOCKED: deliveries", sql: without("claim_deliveries", "SKIP LOCKED", ""), pkg: store, tests: "PassesOverWhatAnotherHolds"},

	{name: "version: a change that finds no row", sql: without("must_change", "rows <> 1", "false"), pkg: store, tests: "ChangeOfAnOldVersion"},
	{name: "version: the task's in its change", file: "shared/postgres/commit.go", remove: ofTask, instead: "AND ${1} > 0 AND owner = ${2}${3}", pkg: store, tests: "ChangeOfAnOldVersion"},
	{name: "version: what an act expects", file: "shared/postgres/commit.go", remove: text("for _, e := range c.Expect {"), instead: "for _, e := range c.Expect[:0] {", pkg: store, tests: "ExpectsAnotherVersion"},

	{name: "lease: kept from others", sql: without("claim_reminders", "(c.leased_until IS NULL OR c.leased_until < now_)", "now_ IS NOT NULL"), pkg: dispatcher, tests: "AClaimIsForOne"},
	{name: "lease: of who fires", sql: without("fire_reminders", "AND r.lease = f.lease", ""), pkg: store, tests: "FiresOnlyWhatItStillHolds"},
	{name: "lease: of who sends", file: "shared/postgres/deliveries.go", remove: text("AND attempts = $3 AND state IN ('held', 'sending') RETURNING 1"), instead: "AND $$3 > 0 RETURNING 1", pkg: notifications, tests: "AClaimThatAnotherTook"},
	{name: "overdue: not before its time", sql: without("fire_overdue", "r.at - now_ <= interval '0'", "r.at IS NOT NULL"), pkg: store, tests: "AnOverdueReminderComesOnce"},
	{name: "overdue: not what another holds", sql: without("fire_overdue", "AND (r.leased_until IS NULL OR r.leased_until < now_)", ""), pkg: store, tests: "AnOverdueReminderComesOnce"},
	{name: "overdue: only what has not come", sql: without("fire_overdue", "r.state = 'pending' AND ", ""), pkg: store, tests: "AnOverdueReminderComesOnce"},
	{name: "claim: not before its time", file: "functions/reminders/dispatcher.go", remove: text("for len(claims) > 0 && d.sleepUntil(ctx, claims[0].At) {"), instead: "for len(claims) > 0 && ctx.Err() == nil {", pkg: dispatcher, tests: "NotEarly"},
	{
		name: "watch: a look that failed is made again", file: "shared/watch/watch.go", remove: text("if ctx.Err() != nil || again.After(end) || !w.Wait(ctx, again, nil) {"), instead: "if again.After(end) || err != nil {",
		pkg: dispatcher, tests: "AwayForAMoment",
	},
	{name: "watch: a look goes on for a whole window", file: "shared/watch/watch.go", remove: text("if ahead.After(w.until) {"), instead: "if ahead.IsZero() {", pkg: dispatcher, tests: "ALookExtendsTheWatch"},

	{name: "chain: the link in the table", file: "shared/postgres/audit.go", remove: text("sha256(h.hash || int8send(h.seq + 1) || $4)"), instead: "sha256(int8send(h.seq + 1) || $$4)", pkg: store, tests: "OneLinkOfItsOwnersChain"},
	{name: "chain: the link in the verifier", file: "shared/chain/chain.go", remove: text("hash.Write(previous)"), instead: "_ = previous", pkg: chain, tests: "HashesChain"},
	{name: "chain: the hash is compared", file: "shared/chain/chain.go", remove: text("!bytes.Equal(want, hash)"), instead: "!bytes.Equal(want, want)", pkg: chain, tests: "VerifierFinds"},
	{name: "chain: numbers without gaps", file: "shared/chain/chain.go", remove: text("if seq != v.Count+1 {"), instead: "if seq < 1 {", pkg: chain, tests: "VerifierFinds|GapsWithMatchingHashes"},

	{name: "owner: in the query of tasks", file: "shared/postgres/tasks.go", remove: text("`WHERE t.owner = $1 AND t.id = ANY ($2::uuid[])`"), instead: "`WHERE $$1 <> '' AND t.id = ANY ($$2::uuid[])`", pkg: store, tests: "QueriesNameTheOwner"},
	{name: "owner: in a task's change", file: "shared/postgres/commit.go", remove: ofTask, instead: "AND version = ${1} AND ${2} <> ''${3}", pkg: store, tests: "QueriesNameTheOwner"},
	{name: "owner: in a task's removal", file: "shared/postgres/commit.go", remove: text("AND version = $2 AND owner = $3 RETURNING 1)"), instead: "AND version = $$2 AND $$3 <> '' RETURNING 1)", pkg: store, tests: "QueriesNameTheOwner"},
	{name: "owner: in the query of change sets", file: "shared/postgres/changesets.go", remove: text("`WHERE c.owner = $1 AND c.id = $2`"), instead: "`WHERE $$1 <> '' AND c.id = $$2`", pkg: store, tests: "QueriesNameTheOwner"},
	{name: "owner: a removed person's events", sql: `DROP TRIGGER untold ON people;`, pkg: store, tests: "WrittenWhileItsPersonGoes"},
	{name: "owner: row-level security of tasks", sql: `ALTER TABLE tasks DISABLE ROW LEVEL SECURITY;`, pkg: store, tests: "RowLevelSecurityShows"},
	{name: "owner: row-level security of the inbox", sql: `ALTER TABLE inbox DISABLE ROW LEVEL SECURITY;`, pkg: store, tests: "EveryTableWithAnOwner"},
	{name: "owner: the rule of row-level security", sql: `ALTER POLICY own_rows ON deliveries USING (true);`, pkg: store, tests: "EveryTableWithAnOwner"},

	{name: "tags: the index follows a change", sql: `DROP TRIGGER tags_of_changed ON tasks;`, pkg: store, tests: "IndexOfTagsFollows|TagsOfOldTasks"},
	{name: "tags: the index follows a removal", sql: `DROP TRIGGER tags_of_removed ON tasks;`, pkg: store, tests: "IndexOfTagsFollows"},
	{name: "tags: what was written before is learned", file: "shared/postgres/tags.go", remove: text("	if known || err != nil {\n		return known, err"), instead: "	if known || err == nil {\n		return true, err", pkg: store, tests: "TagsOfOldTasks"},

	{name: "replica: what a read must show", file: "shared/postgres/replica.go", remove: text("if after > 0 {"), instead: "if after == 1 {", pkg: store, tests: "ReadsGoToAReplica"},

	{name: "relay: marked once", sql: without("mark_published", "AND published_at IS NULL", ""), pkg: store, tests: "MarkingAPublishedEventAgain"},
	{name: "relay: a published event is not put off", sql: without("retry_outbox", "AND published_at IS NULL", ""), pkg: store, tests: "MarkingAPublishedEventAgain"},
	{name: "relay: only what the broker took is marked", file: "shared/outbox/sender.go", remove: text("if response.StatusCode/100 != 2 {"), instead: "if response.StatusCode < 100 {", pkg: relay, tests: "ARefusedEventWaits"},
	{name: "relay: claimed from other sweeps", sql: without("claim_outbox", "next_at = until", "next_at = o.next_at"), pkg: relay, tests: "SweptByOneOfMany"},
	{name: "relay: as long as the broker asks", file: "shared/outbox/relay.go", remove: text("wait = refusal.RetryAfter"), instead: "_ = refusal", pkg: relay, tests: "AsLongAsItAsks|AsLongAsTheBrokerAsks"},
	{name: "reconciliation: what no audit row shows", sql: without("reconcile", "NOT has_handled(", "has_handled("), pkg: relay, tests: "NobodySawIsCausedAgain"},
}
