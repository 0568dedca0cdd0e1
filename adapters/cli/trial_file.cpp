#include "adapters/cli/trial_file.hpp"

#include <algorithm>

#include "adapters/cli/command.hpp"

namespace omega::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string first_difference(const Json& a, const Json& b) {
  for (const auto& [key, value] : a.items())
    if (!b.contains(key) || b[key] != value) return key;
  return "schema";
}

bool by_index(const replay::Trial& a, const replay::Trial& b) { return a.index < b.index; }

}  // namespace

Result<TrialFile> TrialFile::open(const std::filesystem::path& dir, const Json& identity, std::uint64_t count) {
  std::error_code ignored;
  std::filesystem::create_directories(dir, ignored);
  TrialFile file;
  file.path_ = dir / "trials.jsonl";
  std::string text;
  {
    std::ifstream in(file.path_);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  text.resize(whole);
  std::size_t line_end = text.find('\n');
  if (line_end == std::string::npos) {
    text = identity.dump() + "\n";
  } else {
    const Json found = Json::parse(text.substr(0, line_end), nullptr, false);
    if (found != identity)
      return Error{ErrorKind::kUsage, "optimize: --out: " + dir.string() + " holds another search (its " + first_difference(identity, found) + " differs); give another folder"};
    for (std::size_t from = line_end + 1; from < text.size(); from = line_end + 1) {
      line_end = text.find('\n', from);
      auto trial = replay::Trial::from_json(text.substr(from, line_end - from));
      if (!trial) return Error{ErrorKind::kData, file.path_.string() + ": a line is not a trial; delete the folder to search anew"};
      if (trial->index < count && !file.has(trial->index)) file.trials_.push_back(std::move(*trial));
    }
    std::sort(file.trials_.begin(), file.trials_.end(), by_index);
  }
  const std::filesystem::path fresh = dir / "trials.jsonl.tmp";  // without the torn line
  if (Status s = write_text(fresh, text, "cannot write; give a writable folder with --out"); !s) return s.error();
  std::filesystem::rename(fresh, file.path_, ignored);
  file.out_.open(file.path_, std::ios::app);
  if (ignored || !file.out_) return Error{ErrorKind::kEnvironment, file.path_.string() + ": cannot write; give a writable folder with --out"};
  return file;
}

bool TrialFile::has(std::uint64_t index) const noexcept {
  return std::any_of(trials_.begin(), trials_.end(), [&](const replay::Trial& t) { return t.index == index; });
}

Status TrialFile::add(replay::Trial trial) {
  out_ << trial.json().dump() << '\n' << std::flush;
  if (!out_) return Error{ErrorKind::kEnvironment, path_.string() + ": cannot write; make room and start again, finished trials are kept"};
  trials_.insert(std::upper_bound(trials_.begin(), trials_.end(), trial, by_index), std::move(trial));
  return Ok{};
}

}  // namespace omega::cli
