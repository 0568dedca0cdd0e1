// What:     Checkpoint of an OrderCommand, field by field.
#pragma once

#include "engine/core/archive.hpp"
#include "engine/core/events.hpp"

namespace omega {

template <class Archive>
void archive_command(Archive& ar, OrderCommand& c) {
  ar(c.ts, c.active_ts, c.order_id, c.signal_seq, c.quantity, c.entry_ref, c.stop_loss, c.take_profit, c.tp_quantity, c.tp_r,
     c.expiry_ts, c.deadline_ts, c.index, c.instrument, c.strategy, c.flags, c.reason, c.action, c.direction, c.tp_count);
}

}  // namespace omega
