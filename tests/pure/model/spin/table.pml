/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Claim, conclude and sweep (bpf/track/flow_table.h, tracker.h, sweep.h): one set, two CPUs with
 * packets, one sweep, all interleavings. TODAY: the protocol of the table as it was, which is
 * to fail; TWINS: that of bpf/track/claim.h, where who has claimed a way looks for another claim, and
 * waits for it; without either, one that needs no waiting. WORDS: tag words that the ways are spread over.
 * WITHOUT_...: one part of it left out, which is to fail, too. SHORT: fewer sets to begin with.
 *
 * A step of the model is one access to shared memory: a tag word, a slot's key, an atomic. What
 * runs under a slot's lock and touches only what all others touch under it, too, is one step.
 */
#ifndef WORDS
#define WORDS 1
#endif
#define WAYS 2
#define NONE 255

/* Tags. CLAIMED: taken out of the set by one CPU, which fills it; nobody else touches it. */
#define EMPTY 0
#define RESTING 1
#define CLAIMED 2
#define UNCONFIRMED 3
#define CONFIRMED 4
#define IS_LIVE(class) ((class) >= UNCONFIRMED)

/* Keys. K is what both CPUs may claim at once; OLD and IDLE are there before; Z is another newcomer. */
#define K 1
#define Z 2
#define OLD 3
#define IDLE 4
#define KEYS 5

#define TRIES 5

typedef Way {
	byte class;
	byte print;      /* both in the tag */
	byte key;        /* from here on in the slot */
	bool opened;     /* its id is not 0 */
	bool expired;
	byte packets;
	byte life;       /* how many flows there have been: the flow's id */
	bool lock;
}
Way way[WAYS];
byte print_of[KEYS];
byte home_of[4];         /* by print */
byte generation[WAYS];   /* publications of keys whose home this way is; under this way's lock */

/* What the judge counts. */
byte opened[KEYS], concluded[KEYS], sent[KEYS], told[KEYS], refused[KEYS];
byte finished;

#define SAME_WORD(a, b) (((a) * WORDS / WAYS) == ((b) * WORDS / WAYS))
#define LOCK(w) atomic { !way[w].lock -> way[w].lock = true }
#define UNLOCK(w) way[w].lock = false

/* The record of what is in the slot, which ends. Under its lock. */
inline conclude_now(w) {
	concluded[way[w].key]++;
	told[way[w].key] = told[way[w].key] + way[w].packets;
	way[w].opened = false;
	way[w].expired = false;
	way[w].packets = 0
}
inline conclude(w) {
	d_step { conclude_now(w) }
}

inline begin(w, k) {
	way[w].key = k;
	way[w].opened = true;
	way[w].expired = false;
	way[w].packets = 1;
	way[w].life++;
	opened[k]++;
	/* at no instant two ways of one key */
	assert(!(way[1 - w].opened && IS_LIVE(way[1 - w].class) && way[1 - w].key == k && way[1 - w].print == print_of[k]))
}

/* Which ways may hold k: a word at a time, then the keys, one at a time. */
#define MAY_HOLD(w, k) (IS_LIVE(way[w].class) && way[w].print == print_of[k])
inline find(k, found) {
#if WORDS == 1
	d_step { candidate[0] = MAY_HOLD(0, k); candidate[1] = MAY_HOLD(1, k); found = NONE };
#else
	d_step { candidate[0] = MAY_HOLD(0, k); found = NONE };
	candidate[1] = MAY_HOLD(1, k);
#endif
	atomic {
		if
		:: candidate[0] && way[0].key == k -> found = 0; candidate[1] = false
		:: else
		fi;
		candidate[0] = false
	};
	if
	:: candidate[1] ->
		atomic {
			if
			:: way[1].key == k -> found = 1
			:: else
			fi;
			candidate[1] = false
		}
	:: else
	fi
}

/* The whole word is compared: a neighbour that changed is a failure, too. */
inline look() {
	was[0] = way[0].class; was[1] = way[1].class;
	was_print[0] = way[0].print; was_print[1] = way[1].print
}
#define UNCHANGED(w) (was[w] == way[w].class && was_print[w] == way[w].print && \
	(!SAME_WORD(w, 1 - (w)) || (was[1 - (w)] == way[1 - (w)].class && was_print[1 - (w)] == way[1 - (w)].print)))
inline swap_tag(w, new_class, new_print, done) {
	d_step {
		done = UNCHANGED(w);
		if
		:: done -> way[w].class = new_class; way[w].print = new_print
		:: else
		fi;
		was[0] = 0; was[1] = 0; was_print[0] = 0; was_print[1] = 0
	}
}

/* A free way, at home first; else one whose flow may give way, whichever turn says. */
inline choose_way(k, w) {
	atomic {
		look();
		w = home_of[print_of[k]];
		if
		:: was[w] == EMPTY
		:: was[w] != EMPTY && was[1 - w] == EMPTY -> w = 1 - w
		:: was[w] != EMPTY && was[1 - w] == UNCONFIRMED -> w = 1 - w
		:: was[w] == UNCONFIRMED && was[1 - w] != EMPTY
		:: was[w] != EMPTY && was[1 - w] != EMPTY && was[w] != UNCONFIRMED && was[1 - w] != UNCONFIRMED -> w = NONE
		fi
	}
}

#ifdef TODAY
/* ---- as it was ---------------------------------------------------------- */

inline claim(k, w) {
	try = TRIES;
	do
	:: try == 0 -> w = NONE; break
	:: else ->
		try--;
		choose_way(k, w);
		if
		:: w == NONE -> break
		:: else ->
			swap_tag(w, UNCONFIRMED, print_of[k], ok);
			if
			:: ok -> break
			:: else
			fi
		fi
	od
}

inline track(k) {
	sent[k]++;
	find(k, w);
	ok = false;
	if
	:: w != NONE ->
		atomic { /* its class changes by an XOR: the print stays what it is */
			!way[w].lock;
			if
			:: way[w].key == k -> way[w].packets++; way[w].class = CONFIRMED; ok = true
			:: else
			fi
		}
	:: else
	fi;
	if
	:: !ok ->
		claim(k, w);
		if
		:: w == NONE -> refused[k]++
		:: else ->
			atomic {
				!way[w].lock;
				if
				:: way[w].opened -> conclude(w)
				:: else
				fi;
				begin(w, k);
				way[w].class = UNCONFIRMED
			}
		fi
	:: else
	fi;
	d_step { w = 0; ok = false; try = 0 }
}

inline sweep_slot(w) {
	LOCK(w);
	if
	:: way[w].opened && way[w].expired ->
		d_step { look() };
		if
		:: was[w] >= UNCONFIRMED ->
			swap_tag(w, RESTING, 0, ok);
			if
			:: ok -> conclude(w); way[w].key = 0
			:: else
			fi
		:: else
		fi
	:: else
	fi;
	UNLOCK(w)
}

#elif defined(TWINS)
/* ---- claim, then look for a twin ----------------------------------------- */

#ifdef WITHOUT_RECHECK
#define IS_CHOSEN(w, chosen) way[w].opened
#else
#define IS_CHOSEN(w, chosen) (way[w].opened && way[w].life == chosen)
#endif

/* A way of the print with the lowest number that is not mine, from here on; a claimed one counts. */
inline settle_twins(k) {
	v = 1 - mine; /* with two ways, there is one other */
	again = false;
	w = NONE;
	if
	:: way[v].class != EMPTY && way[v].print == print_of[k] ->
		if
		:: way[v].class == CLAIMED && v < mine ->
			d_step { way[mine].class = EMPTY; way[mine].print = 0; mine = NONE };
			way[v].class != CLAIMED;
			again = true
		:: else ->
#ifndef WITHOUT_WAITING
			if /* as it was when it was read: who is found not to claim is not waited for */
			:: v > mine && way[v].class == CLAIMED -> way[v].class != CLAIMED
			:: else
			fi;
#endif
			if
			:: way[v].key == k ->
				w = v;
				d_step { way[mine].class = EMPTY; way[mine].print = 0; mine = NONE }
			:: else
			fi
		fi
	:: else
	fi
}

/* mine: a way for a new flow; or w: the flow that is there; or neither, and it is refused. */
inline claim(k) {
	try = TRIES;
	mine = NONE;
	do
	:: try == 0 -> break
	:: else ->
		try--;
		choose_way(k, w);
		if
		:: w == NONE -> break
		:: w != NONE && was[w] == EMPTY ->
			mine = w;
			swap_tag(mine, CLAIMED, print_of[k], ok);
			w = NONE;
			if
			:: ok ->
				settle_twins(k);
				if
				:: !again -> break
				:: else
				fi
			:: else -> mine = NONE
			fi
		:: w != NONE && was[w] != EMPTY ->
			chosen = way[w].life;
			/* Its class may have changed since it was chosen, but the flow that is there then is the one that is meant. */
			if
			:: way[w].class == UNCONFIRMED ->
				atomic { !way[w].lock -> way[w].lock = true; ok = IS_CHOSEN(w, chosen) };
				if
				:: ok ->
					assert(way[w].life == chosen); /* and nobody who has just come */
					d_step { conclude_now(w); way[w].key = 0 };
					d_step { way[w].class = EMPTY; way[w].print = 0 }
				:: else
				fi;
				UNLOCK(w)
			:: else
			fi;
			w = NONE
		fi
	od;
	ok = false
}

inline track(k) {
	sent[k]++;
	rounds = TRIES;
	done = false;
	do
	:: done || rounds == 0 -> break
	:: else ->
		rounds--;
		find(k, w);
		if
		:: w == NONE -> claim(k)
		:: else -> mine = NONE
		fi;
		if
		:: mine != NONE ->
			atomic { !way[mine].lock -> begin(mine, k); way[mine].class = UNCONFIRMED };
			done = true
		:: mine == NONE && w != NONE ->
			atomic {
				!way[w].lock;
				if
				:: way[w].key == k && way[w].opened -> way[w].packets++; way[w].class = CONFIRMED; done = true
				:: else
				fi
			}
		:: mine == NONE && w == NONE -> break
		fi
	od;
	if
	:: !done -> refused[k]++
	:: else
	fi;
	d_step { w = 0; v = 0; mine = 0; rounds = 0; done = false; again = false; try = 0; ok = false; chosen = 0 }
}

inline sweep_slot(w) {
	atomic { !way[w].lock -> way[w].lock = true; ok = way[w].opened && way[w].expired };
	if
	:: ok ->
		d_step { conclude_now(w); way[w].key = 0 };
		d_step { way[w].class = EMPTY; way[w].print = 0 }
	:: else
	fi;
	UNLOCK(w)
}

#else
/* ---- the protocol ------------------------------------------------------- */

#ifdef WITHOUT_GENERATION
#define SAME_GENERATION true
#else
#define SAME_GENERATION (generation[home] == seen)
#endif
#ifdef WITHOUT_TAG
#define IS_MINE(w, k) (way[w].key == k)
#else
#define IS_MINE(w, k) (IS_LIVE(way[w].class) && way[w].key == k)
#endif
#ifdef WITHOUT_RECHECK
#define GIVES_WAY(w) true
#else
#define GIVES_WAY(w) (way[w].class == UNCONFIRMED && way[w].opened)
#endif

/*
 * A way of the CPU's own: a free one by compare-and-swap; or a flow gives way, under its slot's
 * lock, where everything about it is looked at again.
 */
inline take_way(k, w) {
	try = TRIES;
	do
	:: try == 0 -> w = NONE; break
	:: else ->
		try--;
		choose_way(k, w);
		if
		:: w == NONE -> break
		:: w != NONE && was[w] == EMPTY ->
			swap_tag(w, CLAIMED, 0, swapped);
			if
			:: swapped -> break
			:: else
			fi
		:: w != NONE && was[w] != EMPTY ->
			atomic { !way[w].lock -> way[w].lock = true; swapped = GIVES_WAY(w) };
			if
			:: swapped ->
				d_step { conclude_now(w); way[w].key = 0 };
				d_step { way[w].class = CLAIMED; way[w].print = 0; way[w].lock = false };
				break
			:: else -> UNLOCK(w)
			fi
		fi
	od;
	skip; /* spin wants no jump into a d_step */
	d_step { try = 0; swapped = false; was[0] = 0; was[1] = 0; was_print[0] = 0; was_print[1] = 0 }
}

/*
 * generation is read before the look-up that finds nothing; it moves with each publication of a
 * key of this home, under the home slot's lock. So if it has not moved, there is still nothing.
 */
inline track(k) {
	d_step { sent[k]++; mine = NONE; again = TRIES; ok = false; home = home_of[print_of[k]] };
	do
	:: ok || again == 0 -> break
	:: else ->
		d_step { again--; seen = generation[home] };
		find(k, w);
		if
		:: w == NONE && mine == NONE ->
			take_way(k, mine);
			if
			:: mine == NONE -> break
			:: else -> way[mine].key = k
			fi
		:: else
		fi;
		if
		:: w == NONE ->
			atomic { !way[home].lock -> way[home].lock = true; swapped = SAME_GENERATION };
			if
			:: swapped ->
				d_step { way[mine].class = UNCONFIRMED; way[mine].print = print_of[k] };
				d_step { generation[home]++; way[home].lock = false; w = mine; mine = NONE }
			:: else -> UNLOCK(home)
			fi
		:: else
		fi;
		if
		:: w != NONE ->
			atomic {
				!way[w].lock;
				if
				:: IS_MINE(w, k) ->
					if /* who comes first opens it, whoever claimed it */
					:: way[w].opened -> way[w].packets++; way[w].class = CONFIRMED
					:: else -> begin(w, k)
					fi;
					ok = true
				:: else
				fi
			}
		:: else
		fi
	od;
	if /* its way goes back */
	:: mine != NONE ->
		way[mine].key = 0;
		d_step { way[mine].class = EMPTY; way[mine].print = 0 }
	:: else
	fi;
	if
	:: !ok -> refused[k]++; assert(again > 0)
	:: else
	fi;
	d_step { w = 0; mine = 0; again = 0; ok = false; seen = 0; home = 0; swapped = false }
}

inline sweep_slot(w) {
	atomic { !way[w].lock -> way[w].lock = true; ok = IS_LIVE(way[w].class) && way[w].opened && way[w].expired };
	if
	:: ok ->
		d_step { conclude_now(w); way[w].key = 0 };
		d_step { way[w].class = EMPTY; way[w].print = 0 }
	:: else
	fi;
	UNLOCK(w)
}
#endif

/* ---- who runs ----------------------------------------------------------- */

proctype cpu(byte first, second) {
	byte w, try, again, seen, mine, home;
	byte was[WAYS], was_print[WAYS];
	bool candidate[WAYS], ok, swapped;
#ifdef TWINS
	byte v, rounds, chosen;
	bool done;
#endif

	track(first);
	if
	:: second != 0 -> track(second)
	:: else
	fi;
	finished++
}

proctype sweep() {
	byte w;
	byte was[WAYS], was_print[WAYS];
	bool ok;

	do
	:: w == WAYS -> break
	:: else ->
		d_step { look(); ok = false };
		if
		:: was[w] == RESTING -> swap_tag(w, EMPTY, 0, ok)
		:: IS_LIVE(was[w]) -> sweep_slot(w)
		:: else
		fi;
		w++
	od;
	finished++
}

inline put(w, k, c, e) {
	way[w].class = c;
	way[w].print = print_of[k];
	way[w].key = k;
	way[w].opened = true;
	way[w].expired = e;
	way[w].packets = 1;
	opened[k] = 1;
	sent[k] = 1
}

/* The flows that the set holds, and can find, are those that were opened and not concluded; one a key. */
inline judge(k) {
	live = 0;
	if
	:: IS_LIVE(way[0].class) && way[0].print == print_of[k] && way[0].key == k && way[0].opened ->
		live++;
		told[k] = told[k] + way[0].packets
	:: else
	fi;
	if
	:: IS_LIVE(way[1].class) && way[1].print == print_of[k] && way[1].key == k && way[1].opened ->
		live++;
		told[k] = told[k] + way[1].packets
	:: else
	fi;
	assert(live <= 1);                               /* no two ways of one key */
	assert(opened[k] - concluded[k] == live);        /* no claim that is lost, no conclusion twice */
	assert(told[k] + refused[k] == sent[k])          /* no packet that is lost from the counts */
}

init {
	byte k, live;

	atomic {
		print_of[K] = 1;
		print_of[IDLE] = 3;
		home_of[1] = 0;
#ifdef SHORT
		print_of[Z] = 2;
		print_of[OLD] = 1;
#else
		if :: print_of[Z] = 1 :: print_of[Z] = 2 fi;
		if :: print_of[OLD] = 1 :: print_of[OLD] = 2 fi;
		if :: home_of[2] = 0 :: home_of[2] = 1 fi;
#endif
		if
		:: skip
		:: put(0, OLD, UNCONFIRMED, true)
#ifndef SHORT
		:: put(0, OLD, CONFIRMED, true)
#endif
		fi;
		if
		:: skip
		:: put(1, IDLE, UNCONFIRMED, false)
#ifndef SHORT
		:: put(1, IDLE, CONFIRMED, false)
#endif
		fi;
		if
		:: run cpu(K, 0); run cpu(K, 0)
		:: run cpu(K, 0); run cpu(Z, 0)
#ifndef SHORT
		:: run cpu(K, K); run cpu(K, 0)
		:: run cpu(K, K); run cpu(Z, 0)
		:: run cpu(K, 0); run cpu(Z, K)
		:: run cpu(K, 0); run cpu(Z, Z)
#endif
		fi;
		run sweep()
	}
	finished == 3;
	k = K;
	do
	:: k == KEYS -> break
	:: else -> judge(k); k++
	od
}
