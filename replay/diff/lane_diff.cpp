#include "replay/diff/lane_diff.hpp"

#include <algorithm>

#include "journal/journal_state.hpp"
#include "journal/manifest.hpp"
#include "replay/same_record.hpp"

namespace omega::replay {
namespace {

/// Digests of a lane behind everything that input k * kDigestInterval_inputs caused.
struct Mark {
  bool there = false;
  std::uint64_t frames = 0;
  std::uint32_t chain = 0;
  std::uint64_t digest = 0, events = 0;  // of the checkpoint record; 0 in the inputs lane, which has none
};

class LanePair {
 public:
  LanePair(Lane lane, const JournalSide& a, const JournalSide& b)
      : a_(a), b_(b), ca_(a.reader.lane(lane)), cb_(b.reader.lane(lane)) {
    diff_.lane = lane;
    const auto &sa = a.reader.start(lane), &sb = b.reader.start(lane);
    one_chain_ = a.reader.manifest().segment_bytes() == b.reader.manifest().segment_bytes();
    from_ = std::max(sa.seq, sb.seq);
    if (from_ > 0) diff_.compared_from = from_ + 1;
  }

  Result<LaneDiff> run() {
    if (const auto last = last_common_end(); last && same_at(last->last_seq / kDigestInterval_inputs) && same_end(*last)) return diff_;
    return scan(start_of_scan());
  }

 private:
  /// Where both lanes end, when both are at rest and end alike.
  std::optional<journal::LaneEnd> last_common_end() const {
    const auto ea = a_.reader.manifest().lane_end(diff_.lane), eb = b_.reader.manifest().lane_end(diff_.lane);
    return one_chain_ && ea && eb && *ea == *eb ? ea : std::nullopt;
  }
  /// The manifest is only a claim until the lane's own end mark says the same, which the cursor checks.
  bool same_end(const journal::LaneEnd& end) {
    journal::FrameView frame;
    for (journal::LaneCursor* c : {&ca_, &cb_}) {
      if (!c->seek(std::max<Seq>(end.last_seq, 1))) return false;
      while (c->next(frame)) ++diff_.records;
      if (!c->ended()) return false;
    }
    return true;
  }

  Mark mark(journal::LaneCursor& cursor, std::uint64_t k) const {
    const Seq seq = k * kDigestInterval_inputs;
    Mark m;
    if (!cursor.seek(seq)) return m;
    journal::FrameView frame;
    while (cursor.next(frame) && frame.seq == seq) {
      const journal::LanePosition at = cursor.position();
      m.frames = at.frames;
      m.chain = at.crc;
      m.there = diff_.lane == Lane::kInputs;
      if (frame.type != EventType::kDigest) continue;
      m.there = true;
      m.digest = frame.as<DigestCheckpoint>().digest;
      m.events = frame.as<DigestCheckpoint>().events;
    }
    return m;
  }
  /// Everything up to input k * kDigestInterval_inputs is the same on both sides, as far as digests tell.
  bool same_at(std::uint64_t k) {
    if (k == 0) return true;
    ++diff_.probes;
    const Mark a = mark(ca_, k), b = mark(cb_, k);
    return a.there && b.there && a.frames == b.frames && a.digest == b.digest && a.events == b.events &&
           (!one_chain_ || a.chain == b.chain);
  }

  /// The last k that is the same, found by doubling and then halving the step. Without a common digest: the lane's start.
  std::uint64_t start_of_scan() {
    if (!one_chain_ && diff_.lane == Lane::kInputs) return 0;
    std::uint64_t same = (from_ + kDigestInterval_inputs - 1) / kDigestInterval_inputs;
    if (from_ > 0 && !same_at(same)) return 0;
    std::uint64_t step = 1;
    while (same_at(same + step)) {
      same += step;
      step *= 2;
    }
    while (step > 1) {
      step /= 2;
      if (same_at(same + step)) same += step;
    }
    return same;
  }

  Result<LaneDiff> scan(std::uint64_t k) {
    const Seq first = k > 0 ? k * kDigestInterval_inputs : from_ + 1;  // its records are the same: the first one before
    ca_.seek(first);  // false: nothing there, and next() says so again
    cb_.seek(first);
    for (;;) {
      journal::FrameView a, b;
      const bool more_a = ca_.next(a), more_b = cb_.next(b);
      if (Status s = sound(a_, ca_); !s) return s.error();
      if (Status s = sound(b_, cb_); !s) return s.error();
      if (!more_a && !more_b) return diff_;
      ++diff_.records;
      if (!more_a || !more_b || !same_record(a, b)) {
        diff_.parting = parting(more_a ? &a : nullptr, more_b ? &b : nullptr);
        return diff_;
      }
      keep(a);
    }
  }

  /// A torn tail was never acknowledged: the lane ends there.
  static Status sound(const JournalSide& side, const journal::LaneCursor& cursor) {
    if (!cursor.error() || (cursor.damage() && cursor.damage()->kind == journal::Damage::Kind::kTornTail)) return Ok{};
    return Error{cursor.error()->kind, side.reader.dir().string() + ": " + cursor.error()->message};
  }

  Parting parting(const journal::FrameView* a, const journal::FrameView* b) const {
    Parting p;
    p.lane = diff_.lane;
    p.seq = a == nullptr ? b->seq : b == nullptr ? a->seq : std::min(a->seq, b->seq);
    p.position = (a == nullptr ? cb_ : ca_).position().frames;
    if (a != nullptr) p.a = journal::to_json_line(*a, a_.names);
    if (b != nullptr) p.b = journal::to_json_line(*b, b_.names);
    if (last_.type != EventType::kNone) p.before = journal::to_json_line(last_, a_.names);
    return p;
  }

  /// A view lives until the cursor moves; the last common record is shown later.
  void keep(const journal::FrameView& record) {
    last_body_.assign(record.body, record.body + record.body_bytes);
    last_list_.assign(record.list.begin(), record.list.end());
    last_ = record;
    last_.body = last_body_.data();
    last_.list = last_list_;
  }

  const JournalSide &a_, &b_;
  journal::LaneCursor ca_, cb_;
  bool one_chain_ = false;  // equal records give equal CRC chains
  Seq from_ = 0;            // last pruned input of either side
  LaneDiff diff_{};
  journal::FrameView last_;
  std::vector<std::uint8_t> last_body_;
  std::vector<double> last_list_;
};

}  // namespace

Result<LaneDiff> diff_lane(Lane lane, const JournalSide& a, const JournalSide& b) { return LanePair(lane, a, b).run(); }

}  // namespace omega::replay
