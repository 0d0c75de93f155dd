/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The fast path against the slow one and against the end of a flow (include/tcpstate/core/fast_path.h,
 * bpf/track/tracker.h, bpf/track/sweep.h): one slot, two CPUs with segments of one connection, one sweep (or
 * one who evicts it and puts a stranger there). TODAY: as it was, which is to fail; without it,
 * the protocol that holds. WITHOUT_...: one part of it left out, which is to fail, too. Each step is one access to memory that another may touch.
 *
 * Numbers are small ones: end 0 sends from 10, end 1 from 20. A FIN takes a number.
 */
#define OLD_FLOW 1
#define STRANGER 2

/* end[x].next, packets and the closing bit are one word. */
typedef End {
	byte next;
	byte packets;
	bool closed;
	byte acked;
	byte bytes;
	byte fin;     /* the number behind its FIN; 0: none */
}
End end[2];
byte key = OLD_FLOW;
bool established = true; /* both ends, and nothing asks for attention */
bool fin_acked[2];
bool recent;             /* last_seen */
bool lock;

byte sent_packets, sent_bytes, told_packets, told_bytes, none;
byte ended, finished;
bool moved_back;

#define LOCK atomic { !lock -> lock = true }
#define UNLOCK lock = false

inline store_acked(x, value) {
	d_step {
		if
		:: value < end[x].acked && key == OLD_FLOW -> moved_back = true
		:: else
		fi;
		end[x].acked = value
	}
}

/* What both ends' numbers say of each other's FIN. Under the lock. */
inline step_states() {
	d_step {
		if
		:: end[0].fin && end[1].acked == end[0].fin -> fin_acked[0] = true
		:: else
		fi;
		if
		:: end[1].fin && end[0].acked == end[1].fin -> fin_acked[1] = true
		:: else
		fi
	}
}

inline slow_path(x, seq, size, closing, ack) {
	LOCK;
	if
	:: key != OLD_FLOW -> none++ /* it has no flow any more: another matter */
	:: else ->
#if !defined(TODAY) && !defined(WITHOUT_CLOSING)
		end[0].closed = true; /* an atomic OR each */
		end[1].closed = true;
#endif
		end[x].packets++;
		end[x].bytes = end[x].bytes + size;
		d_step {
			if
			:: seq + size + closing > end[x].next -> end[x].next = seq + size + closing
			:: else
			fi
		};
		if
		:: closing -> end[x].fin = seq + size + 1; established = false
		:: else
		fi;
		held = end[x].acked;
		if
		:: ack > held -> store_acked(x, ack)
		:: else
		fi;
		step_states();
		recent = true;
#ifndef TODAY
		if
		:: established -> end[0].closed = false; end[1].closed = false
		:: else
		fi;
#endif
	fi;
	UNLOCK;
	held = 0
}

/* Data of end x in order. */
inline fast_path(x, seq, size, ack, took) {
#ifdef TODAY
	took = key == OLD_FLOW; /* find_flow() */
#else
	took = true;
#endif
	if
	:: took ->
		d_step { was_next = end[x].next; was_packets = end[x].packets; took = !end[x].closed && seq == was_next };
#ifdef TODAY
		took = took && established;
#else
		took = took && key == OLD_FLOW; /* the key is looked at behind the word */
#endif
		d_step { was_peer = end[1 - x].next; took = took && ack <= was_peer };
		d_step { was_acked = end[x].acked; took = took && ack >= was_acked }
	:: else
	fi;
	if
	:: took ->
#if !defined(TODAY) && !defined(WITHOUT_SEEN_FIRST)
		recent = true;
#endif
		d_step {
			took = end[x].next == was_next && end[x].packets == was_packets && !end[x].closed;
			if
			:: took -> end[x].next = seq + size; end[x].packets++
			:: else
			fi
		};
		if
		:: took ->
#if defined(TODAY) || defined(WITHOUT_ACKED_WORD)
			store_acked(x, ack);
#else
			atomic { /* compare-and-swap of the word that acked and edge share */
				if
				:: end[x].acked == was_acked -> store_acked(x, ack)
				:: else
				fi
			};
#endif
			end[x].bytes = end[x].bytes + size;
			recent = true
		:: else
		fi
	:: else
	fi;
	d_step { was_next = 0; was_packets = 0; was_peer = 0; was_acked = 0 }
}

/* One segment, as it comes. */
inline segment(x, seq, size, closing, ack) {
	d_step { sent_packets++; sent_bytes = sent_bytes + size; took = false };
	if
	:: !closing -> fast_path(x, seq, size, ack, took)
	:: else
	fi;
	if
	:: !took -> slow_path(x, seq, size, closing, ack)
	:: else
	fi
}

proctype cpu(byte x, seq, size, closing, ack, seq2, ack2) {
	byte was_next, was_packets, was_peer, was_acked, held;
	bool took;

	segment(x, seq, size, closing, ack);
	if /* a second one behind it */
	:: seq2 -> segment(x, seq2, 1, 0, ack2)
	:: else
	fi;
	finished++
}

inline conclude() {
	d_step {
		told_packets = end[0].packets + end[1].packets;
		told_bytes = end[0].bytes + end[1].bytes;
		ended = 1;
		key = STRANGER
	};
	/* Whose numbers are those of the old one by chance, in both ends, but for the count: the worst there is. */
	d_step {
		end[0].packets = 0; end[1].packets = 0; end[0].bytes = 0; end[1].bytes = 0;
		end[0].closed = false; end[1].closed = false; established = true;
		end[0].next = 10; end[0].acked = 19; end[1].next = 20; end[1].acked = 10
	}
}

/* The flow looks as if it had been silent for long. */
proctype sweep() {
	LOCK;
	if
	:: !recent && key == OLD_FLOW && established ->
#if defined(TODAY) || defined(WITHOUT_REREAD)
		conclude()
#else
		end[0].closed = true;
		end[1].closed = true;
		if /* read again, behind it */
		:: !recent -> conclude()
		:: else -> end[0].closed = false; end[1].closed = false
		fi
#endif
	:: else
	fi;
	UNLOCK;
	finished++
}

init {
	atomic {
		end[0].next = 10; end[0].acked = 19; end[0].packets = 1;
		end[1].next = 20; end[1].acked = 10; end[1].packets = 1;
		sent_packets = 2;
		if /* data of one end twice, in both orders; data against the FIN of its own end, and of the other */
		:: run cpu(0, 10, 1, 0, 19, 0, 0); run cpu(0, 11, 1, 0, 20, 0, 0)
		:: run cpu(0, 10, 1, 0, 20, 0, 0); run cpu(1, 20, 1, 0, 10, 21, 11)
		:: run cpu(0, 10, 1, 0, 20, 0, 0); run cpu(0, 11, 0, 1, 20, 0, 0)
		:: run cpu(0, 10, 1, 0, 20, 11, 21); run cpu(1, 20, 0, 1, 10, 0, 0)
		:: run cpu(0, 10, 1, 0, 21, 0, 0); run cpu(1, 20, 0, 1, 10, 0, 0)
		:: run cpu(0, 10, 0, 1, 20, 0, 0); run cpu(1, 20, 1, 0, 10, 21, 11)
		fi;
		run sweep()
	}
	finished == 3;
	/* Every packet is in the one record, in the slot, or had no flow: never in a stranger's counts. */
	if
	:: ended -> assert(end[0].packets + end[1].packets == 0 && end[0].bytes + end[1].bytes == 0);
		assert(end[0].next == 10 && end[0].acked == 19 && end[1].next == 20 && end[1].acked == 10);
		assert(told_packets + none == sent_packets)
	:: else ->
		assert(end[0].packets + end[1].packets == sent_packets);
		assert(end[0].bytes + end[1].bytes == sent_bytes);
		assert(!moved_back);
		/* Never behind a FIN; and whoever has acknowledged it, is known to have. */
		assert(!end[0].fin || end[0].next == end[0].fin);
		assert(!end[1].fin || end[1].next == end[1].fin);
		assert(!end[0].fin || end[1].acked < end[0].fin || fin_acked[0]);
		assert(!end[1].fin || end[0].acked < end[1].fin || fin_acked[1])
	fi
}
