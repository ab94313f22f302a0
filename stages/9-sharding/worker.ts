// Nothing new: an event says all that a ticket needs, whichever shard it came from.
import '../8-queue/worker.ts';
