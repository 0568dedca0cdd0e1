// omega diff: the first event in which two journals differ, both versions, and the state before it.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "adapters/cli/command.hpp"
#include "replay/diff/journal_diff.hpp"
#include "replay/inspect/state_document.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

struct DiffOptions {
  std::string a, b;
  bool no_state = false;
  CommonOptions common;
};

Json record(const std::string& line) { return line.empty() ? Json(nullptr) : Json::parse(line); }

/// Name of the value at `place` of a feature vector, which lists the features of one timeframe in order of their handles.
std::string feature_at(const replay::StateAt& state, const std::string& timeframe, std::size_t place) {
  for (const FeatureKey& key : state.engine->stages().requests().keys()) {
    if (timeframe != kTimeframeName[static_cast<std::size_t>(key.tf)]) continue;
    if (place-- == 0) return feature_name(key);
  }
  return "";
}

/// [{"field", "a", "b"}] of two versions of one record; elements of lists one by one.
Json fields_that_differ(const Json& a, const Json& b, const replay::StateAt* state) {
  Json list = Json::array();
  if (!a.is_object() || !b.is_object()) return list;
  for (const auto& [key, value] : a.items()) {
    const Json other = b.contains(key) ? b[key] : Json(nullptr);
    if (value == other) continue;
    if (!value.is_array() || !other.is_array() || value.size() != other.size()) {
      list.push_back({{"field", key}, {"a", value}, {"b", other}});
      continue;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == other[i]) continue;
      const bool feature = state != nullptr && a.value("type", "") == "feature_vector" && key == "values" && a.contains("timeframe");
      const std::string name = feature ? feature_at(*state, a["timeframe"].is_string() ? a["timeframe"].get<std::string>() : "", i) : "";
      list.push_back({{"field", fmt::format("{}[{}]{}{}", key, i, name.empty() ? "" : " ", name)}, {"a", value[i]}, {"b", other[i]}});
    }
  }
  return list;
}

Json lanes_json(const replay::JournalDiff& d) {
  Json list = Json::array();
  for (const replay::LaneDiff& l : d.lanes) {
    list.push_back({{"lane", kLaneName[static_cast<std::size_t>(l.lane)]}, {"same", !l.parting}, {"first_difference_seq", l.parting ? Json(l.parting->seq) : Json(nullptr)},
                    {"compared_from_seq", l.compared_from > 0 ? Json(l.compared_from) : Json(nullptr)}, {"digests_compared", l.probes}, {"records_compared", l.records}});
  }
  return list;
}

Json diff_json(const DiffOptions& o, const replay::JournalDiff& d) {
  Json config = Json::array();
  for (const replay::ConfigChange& c : d.config) config.push_back({{"key", c.key}, {"a", record(c.a)}, {"b", record(c.b)}});
  Json doc{{"schema", "omega.diff/1"}, {"a", o.a}, {"b", o.b}, {"identical", d.identical()}, {"lanes", lanes_json(d)}, {"lanes_only_in_a", d.only_a},
           {"lanes_only_in_b", d.only_b}, {"build", {{"a", d.build_a}, {"b", d.build_b}}}, {"config", std::move(config)}, {"cause", d.cause()}, {"first", nullptr}};
  if (!d.first) return doc;
  doc["first"] = {{"lane", kLaneName[static_cast<std::size_t>(d.first->lane)]}, {"seq", d.first->seq}, {"position", d.first->position},
                  {"a", record(d.first->a)}, {"b", record(d.first->b)}, {"before", record(d.first->before)}};
  return doc;
}

/// The state after the input before the first difference, of one journal.
std::optional<replay::StateAt> state_before(const std::string& journal, Seq seq, Json& doc, const char* key) {
  doc[key] = nullptr;
  if (seq <= 1) return std::nullopt;
  auto state = replay::state_at(journal, seq - 1);
  if (!state) {
    doc[std::string(key) + "_missing"] = state.error().message;
    return std::nullopt;
  }
  doc[key] = replay::state_document(journal, state.value());
  return std::move(state).value();
}

std::string side(const Json& v) { return v.is_null() ? "nothing" : v.dump(); }

void print_text(const Json& d) {
  const auto line = [](const std::string& label, const std::string& value) { std::cout << fmt::format("  {:<10} {}\n", label, value); };
  std::cout << fmt::format("{}\n  a {}\n  b {}\n", d["identical"].get<bool>() ? "identical" : "DIFFERENT", d["a"].get<std::string>(), d["b"].get<std::string>());
  for (const Json& l : d["lanes"]) {
    line(l["lane"].get<std::string>(), fmt::format("{} ({} digests and {} records compared{})",
         l["same"].get<bool>() ? std::string("same") : "differs from input " + l["first_difference_seq"].dump() + " on", l["digests_compared"].dump(), l["records_compared"].dump(),
         l["compared_from_seq"].is_null() ? "" : ", from input " + l["compared_from_seq"].dump() + ": the rest was pruned"));
  }
  for (const Json& l : d["lanes_only_in_a"]) line(l.get<std::string>(), "only in a");
  for (const Json& l : d["lanes_only_in_b"]) line(l.get<std::string>(), "only in b");
  if (d["identical"].get<bool>()) return;
  line("cause", d["cause"].get<std::string>());
  for (const Json& c : d["config"]) line("config", fmt::format("{}: a {}, b {}", c["key"].get<std::string>(), side(c["a"]), side(c["b"])));
  if (d["build"]["a"] != d["build"]["b"]) line("build", fmt::format("a {}, b {}", side(d["build"]["a"]), side(d["build"]["b"])));
  if (d["first"].is_null()) return;
  const Json& f = d["first"];
  std::cout << fmt::format("\nFirst difference: lane {}, input {}, record {} of the lane\n", f["lane"].get<std::string>(), f["seq"].dump(), f["position"].dump());
  line("before", side(f["before"]));
  line("a", side(f["a"]));
  line("b", side(f["b"]));
  for (const Json& x : f["fields"]) line("field", fmt::format("{}: a {}, b {}", x["field"].get<std::string>(), side(x["a"]), side(x["b"])));
}

void print_states(const Json& d) {
  if (!d.contains("state_a")) return;
  for (const char* key : {"state_a_missing", "state_b_missing"})
    if (d.contains(key)) std::cout << "\nNo state before it: " << d[key].get<std::string>() << '\n';
  const Json &a = d["state_a"], &b = d.contains("state_b") ? d["state_b"] : d["state_a"];
  if (a.is_null() && b.is_null()) return;
  const bool same = !a.is_null() && !b.is_null() && a["state_digest"] == b["state_digest"];
  std::cout << (same ? "\nState before it, the same in both: " : "\nState of a before it: ") << (a.is_null() ? "unknown\n" : replay::state_text(a));
  if (!same && !b.is_null()) std::cout << "\nState of b before it: " << replay::state_text(b);
}

int diff(const DiffOptions& o) {
  const auto found = replay::diff_journals(o.a, o.b);
  if (!found) return fail(found.error());
  const replay::JournalDiff& d = found.value();
  Json doc = diff_json(o, d);
  if (d.first) {
    std::optional<replay::StateAt> state;
    if (!o.no_state) {
      state = state_before(o.a, d.first->seq, doc, "state_a");
      // Same inputs, same configuration, same engine: one state. Otherwise the other one is shown as well.
      if (!d.config.empty()) state_before(o.b, d.first->seq, doc, "state_b");
    }
    doc["first"]["fields"] = fields_that_differ(doc["first"]["a"], doc["first"]["b"], state ? &*state : nullptr);
  }
  if (o.common.json) {
    std::cout << doc.dump(2) << '\n';
  } else {
    print_text(doc);
    print_states(doc);
  }
  return d.identical() ? kDone : kAnswerIsNo;
}

}  // namespace

void add_diff(CLI::App& app, Action& action) {
  auto o = std::make_shared<DiffOptions>();
  CLI::App* c = app.add_subcommand("diff", "the first event in which two journals differ, both versions, and the state before it; exit 1 when they differ");
  c->add_option("a", o->a, "one journal")->required()->type_name("A");
  c->add_option("b", o->b, "the other")->required()->type_name("B");
  c->add_flag("--no-state", o->no_state, "do not replay up to the difference to show the state (default: show it)");
  add_output_options(*c, o->common);
  c->footer("Example: omega diff runs/green_only-paper-1 runs/green_only-paper-2 --no-state");
  c->callback([o, &action] { action = [o] { return diff(*o); }; });
}

}  // namespace omega::cli
