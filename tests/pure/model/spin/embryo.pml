/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * SYNs that nobody has answered lie in an array of their own, beside the table, until a SYN-ACK
 * makes a flow of them: one key, two CPUs, one who overwrites the place or finds that its time has
 * run out. That a flow is found or claimed in one step is table.pml's. WITHOUT_...: one part left
 * out, which is to fail.
 */
#define NOBODY 0
#define K 1
#define Z 2

byte embryo = NOBODY;      /* the key there; under its lock, which is an atomic step here */
byte embryo_packets;
bool published, opened;    /* the flow of K; opened, and its packets: under its lock */
byte packets;
byte sent, ended, openings, finished;

/* What is in the embryo's place leaves it: counted, and of no flow. */
inline give_up() {
	if
	:: embryo == K -> ended = ended + embryo_packets
	:: else
	fi
}

/* Whoever takes it out, owns it. */
inline take_embryo(n) {
	d_step {
		n = 0;
		if
		:: embryo == K -> n = embryo_packets; embryo = NOBODY; embryo_packets = 0
		:: else
		fi
	}
}

/* Under the flow's lock: whoever comes first opens it. */
inline flow_takes(n) {
	d_step {
		if
		:: !opened -> opened = true; openings++
		:: else
		fi;
		packets = packets + n
	}
}

inline syn() {
	d_step { sent++; found = published };
	if
	:: found -> flow_takes(1)
	:: else ->
		d_step {
			if
			:: embryo == K -> embryo_packets++
			:: else -> give_up(); embryo = K; embryo_packets = 1
			fi
		};
#ifndef WITHOUT_SECOND_LOOK
		found = published;
		if
		:: found ->
			take_embryo(n);
			if
			:: n > 0 -> flow_takes(n)
			:: else
			fi
		:: else
		fi
#endif
	fi;
	d_step { found = false; n = 0 }
}

inline syn_ack() {
	d_step { sent++; found = published };
#ifdef WITHOUT_PUBLISHING_FIRST
	if
	:: !found -> take_embryo(n)
	:: else
	fi;
	published = true;
#else
	published = true; /* found or claimed */
	if
	:: !found -> take_embryo(n)
	:: else
	fi;
#endif
	flow_takes(n + 1);
	d_step { found = false; n = 0 }
}

proctype sender(byte segments) {
	byte n;
	bool found;

	do
	:: segments == 0 -> break
	:: else -> syn(); segments--
	od;
	finished++
}

proctype answerer(byte segments) {
	byte n;
	bool found;

	do
	:: segments == 0 -> break
	:: else -> /* behind the SYN, in the order of the wire; or two CPUs saw them the other way round */
		if
		:: syn_ack()
		:: syn()
		fi;
		segments--
	od;
	finished++
}

/* Another key's SYN that takes the place, or the sweep. */
proctype other() {
	if
	:: d_step { give_up(); embryo = Z; embryo_packets = 1 }
	:: d_step { embryo == K -> give_up(); embryo = NOBODY; embryo_packets = 0 }
	:: skip
	fi;
	finished++
}

init {
	byte waiting;

	atomic {
		run sender(2);
		run answerer(2);
		run other()
	}
	finished == 3;
	if
	:: embryo == K -> waiting = embryo_packets
	:: else
	fi;
	assert(!(opened && waiting));                         /* no embryo stays beside its flow */
	assert(published == opened && openings <= 1);
	assert(packets + ended + waiting == sent)             /* every SYN is in a flow, in an embryo, or told */
}
