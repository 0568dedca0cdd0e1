#include "adapters/feed/json_tokens.hpp"

#include <nlohmann/json.hpp>

namespace omega::feed {
namespace {

using Kind = JsonToken::Kind;
using nlohmann::json;

struct Place {
  Kind kind;
  std::size_t begin, size;  // of its text
};

/// What the parser calls. Texts are appended to one string, which moves as it grows: their places are kept.
class Collector final : public nlohmann::json_sax<json> {
 public:
  Collector(std::vector<Place>& places, std::string& texts) : places_(&places), texts_(&texts) {}

  bool null() override { return add(Kind::kOther); }
  bool boolean(bool) override { return add(Kind::kOther); }
  bool number_integer(number_integer_t n) override { return add(Kind::kNumber, std::to_string(n)); }
  bool number_unsigned(number_unsigned_t n) override { return add(Kind::kNumber, std::to_string(n)); }
  bool number_float(number_float_t, const string_t& text) override { return add(Kind::kNumber, text); }
  bool string(string_t& text) override { return add(Kind::kString, text); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return add(Kind::kBeginObject); }
  bool key(string_t& text) override { return add(Kind::kKey, text); }
  bool end_object() override { return add(Kind::kEnd); }
  bool start_array(std::size_t) override { return add(Kind::kBeginArray); }
  bool end_array() override { return add(Kind::kEnd); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool add(Kind kind, std::string_view text = {}) {
    places_->push_back({kind, texts_->size(), text.size()});
    *texts_ += text;
    return true;
  }

  std::vector<Place>* places_;
  std::string* texts_;
};

}  // namespace

bool JsonTokens::read(std::string_view text) {
  std::vector<Place> places;
  tokens_.clear();
  texts_.clear();
  Collector collector(places, texts_);
  if (!json::sax_parse(text.begin(), text.end(), &collector)) return false;
  tokens_.reserve(places.size());
  for (const Place& p : places) tokens_.push_back({p.kind, std::string_view(texts_).substr(p.begin, p.size)});
  return true;
}

const JsonToken* JsonTokens::member(std::string_view key) const noexcept {
  int depth = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const JsonToken& t = tokens_[i];
    if (t.kind == Kind::kBeginObject || t.kind == Kind::kBeginArray) ++depth;
    if (t.kind == Kind::kEnd) --depth;
    if (t.kind == Kind::kKey && depth == 1 && t.text == key) return tokens_[i + 1].is_value() ? &tokens_[i + 1] : nullptr;
  }
  return nullptr;
}

}  // namespace omega::feed
