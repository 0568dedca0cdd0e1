#include "adapters/feed/line_splitter.hpp"

#include <cstring>

namespace omega::feed {

bool LineSplitter::fill() {
  if (ended_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  auto got = bytes_->read(buffer_.data() + end_, buffer_.size() - end_);
  if (!got) {
    status_ = got.error();
    ended_ = true;
    return false;
  }
  if (got.value() == 0) ended_ = true;
  end_ += got.value();
  return !ended_;
}

void LineSplitter::finish(Line& line, std::string_view raw, bool terminated) {
  line = Line{.text = raw, .number = ++number_, .terminated = terminated};
  if (line.text.size() > kLine_bytes_max) {
    line.too_long = true;
    line.text = line.text.substr(0, kLine_bytes_max);
  } else if (terminated && line.text.ends_with('\r')) {
    line.cr = true;
    line.text.remove_suffix(1);
  }
  if (line.text.starts_with("\xef\xbb\xbf")) {
    line.bom = true;
    line.text.remove_prefix(3);
  }
}

bool LineSplitter::next(Line& line) {
  std::size_t searched = 0;
  bool dropping = false;  // inside a line that is too long for the buffer
  while (true) {
    const char* start = buffer_.data() + begin_;
    const void* newline = std::memchr(start + searched, '\n', end_ - begin_ - searched);
    if (newline != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(newline) - start);
      begin_ += length + 1;
      finish(line, {start, length}, true);
      line.too_long = line.too_long || dropping;
      return true;
    }
    searched = end_ - begin_;
    if (searched > buffer_.size() / 2) {  // keep the beginning, forget the rest as it comes
      dropping = true;
      end_ = begin_ + kLine_bytes_max;
      searched = kLine_bytes_max;
    }
    if (!fill()) break;
  }
  if (!status_.ok() || begin_ == end_) return false;
  finish(line, {buffer_.data() + begin_, end_ - begin_}, false);
  line.too_long = line.too_long || dropping;
  begin_ = end_;
  return true;
}

}  // namespace omega::feed
