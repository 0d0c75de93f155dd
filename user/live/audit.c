// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/audit.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "kernel/object.h"
#include "kernel/settings.h"
#include "kernel/sweep.h"
#include "kernel/table.h"
#include "live/hook_set.h"
#include "pins/reader.h"
#include "tcpstate/units.h"

#define LOOKUPS_A_SECOND 512  /* some microseconds each */
#define SETS_A_SECOND 512     /* of the table, in portions: */
#define SETS_AT_ONCE 8
#define SETTLED_NS NS_PER_SECOND /* what changed later than that may be under way between wire and socket */

/* ---- what the programs are told -------------------------------------------------- */

static void send_requests(struct audit *a)
{
	if (!a->request_count)
		return;
	object_tell_audit(a->object, a->requests, a->request_count);
	sweep_step(a->object->programs.tcpstate_sweep);
	a->request_count = 0;
}

static void request(struct audit *a, __u32 slot, __u64 id, __u8 ends, bool gone)
{
	a->requests[a->request_count++] = (struct audit_request){ .id = id, .slot = slot, .gone = gone, .ends = ends };
	if (a->request_count == AUDIT_REQUESTS)
		send_requests(a);
}

/* ---- a flow ---------------------------------------------------------------------- */

/* A socket may be bound to an interface; then it is found by that alone. */
static int find_socket(struct audit *a, const struct flow_key *key, unsigned int end, struct found_socket *found)
{
	int err = socket_lookup(&a->lookup, key, end, 0, found);

	a->looked_up++;
	for (int i = 0; !err && !found->state && i < a->hooks->count; i++) {
		err = socket_lookup(&a->lookup, key, end, a->hooks->list[i].ifindex, found);
		a->looked_up++;
	}
	return err;
}

/* The tuple may be another one inside of this host. Read only when something seems to be wrong. */
static bool may_be_translated(struct audit *a, const struct flow_key *key)
{
	if (!a->nat_is_read && translations_read(&a->nat))
		return true;
	a->nat_is_read = true;
	return !a->nat.known || is_translated(&a->nat, key);
}

/* Still as it was, and still without a socket: so nothing has come in between. */
static bool is_surely_gone(struct audit *a, __u32 slot, const struct flow *f, unsigned int end)
{
	struct found_socket again;
	struct flow now;

	return !find_socket(a, &f->key, end, &again) && !again.state && !table_slot(&a->object->maps, slot, &now) &&
	       now.id == f->id && now.last_seen == f->last_seen;
}

/* Returns whether the flow ends. */
static bool look_at_end(struct audit *a, __u32 slot, const struct flow *f, const struct history *h, unsigned int end)
{
	bool had_socket = f->past[end].seeded || (h->sockets >> end & 1), agree;
	struct found_socket socket;
	enum audit_kind kind;

	if (find_socket(a, &f->key, end, &socket))
		return false;
	if (socket.state && !(h->sockets >> end & 1) && audit_is_live(socket.state))
		request(a, slot, f->id, 1 << end, false);
	if (!audit_compare(f->state[end], &socket, had_socket, &agree, &kind))
		return false;
	if (agree) {
		a->counts.agreements++;
		return false;
	}
	if (f->last_seen + SETTLED_NS >= a->now || may_be_translated(a, &f->key))
		return false;
	if (kind != AUDIT_SOCKET_GONE) {
		a->counts.disagreements[kind]++;
		return false;
	}
	if (!is_surely_gone(a, slot, f, end))
		return false;
	a->counts.disagreements[kind]++;
	request(a, slot, f->id, 1 << end, true);
	return true;
}

static int look_at(void *arg, __u32 slot, const struct flow *f, const struct history *h)
{
	struct audit *a = arg;

	if (f->key.tunnel_kind != TUNNEL_NONE || (f->traits & (FLOW_QUIET | FLOW_SELF)) ||
	    f->changed + SETTLED_NS >= a->now)
		return 0;
	for (unsigned int end = 0; end < 2; end++)
		if (is_own_address(&a->own, f->key.addr[end]) && look_at_end(a, slot, f, h, end))
			break;
	return 0;
}

/* ---- a round ----------------------------------------------------------------------- */

static void end_round(struct audit *a)
{
	own_addresses_free(&a->own);
	translations_free(&a->nat);
	a->nat_is_read = false;
}

static bool begin_round(struct audit *a)
{
	if (a->now < a->next_ns || own_addresses_read(&a->own))
		return false;
	a->next_ns = a->now + a->period_ns;
	a->set = 0;
	return true;
}

void audit_second(struct audit *a)
{
	__u32 most = SETS_A_SECOND;

	a->now = monotonic_ns();
	if (!a->period_ns || (a->set == a->sets && !begin_round(a)))
		return;
	a->looked_up = 0;
	while (a->set < a->sets && most && a->looked_up < LOOKUPS_A_SECOND) {
		__u32 sets = a->sets - a->set < SETS_AT_ONCE ? a->sets - a->set : SETS_AT_ONCE;

		if (table_part(&a->object->maps, a->set, sets, look_at, a))
			break;
		a->set += sets;
		most -= most < sets ? most : sets;
	}
	send_requests(a);
	if (a->set == a->sets) {
		a->counts.rounds++;
		end_round(a);
	}
	instance_note_audit(&a->object->maps, &a->counts);
}

void audit_open(struct audit *a, __u64 period_ns, const struct object *object, const struct hooks *hooks)
{
	struct instance instance;
	int err;

	*a = (struct audit){ .object = object, .hooks = hooks };
	if (!period_ns)
		return;
	err = instance_read(object->maps.instance, &instance);
	err = err ?: socket_lookup_open(&a->lookup);
	if (err) {
		notice("connections are not held against the kernel's sockets (--audit): it does not tell of them (sock_diag: %s)",
		       strerror(-err));
		return;
	}
	a->period_ns = period_ns;
	a->sets = a->set = instance.sets;
	a->counts = instance.audit;
	a->next_ns = monotonic_ns() + period_ns;
}

void audit_close(struct audit *a)
{
	end_round(a);
	socket_lookup_close(&a->lookup);
	a->period_ns = 0;
}
