#include "adapters/feed/row_source.hpp"

namespace omega::feed {

bool RowSource::next(Row& row) {
  for (Line line; lines_.next(line);) {
    ++quality_->rows;
    if (line.number == 1) crlf_file_ = line.cr;
    row = {line.text, line.number, line.terminated};
    if (line.too_long) {
      quality_->add(RowKind::kLineTooLong, line.number, line.text);
      continue;
    }
    if (line.text.find('\0') != std::string_view::npos) {
      quality_->add(RowKind::kNulByte, line.number, line.text);
      continue;
    }
    if (line.text.find_first_not_of(" \t") == std::string_view::npos) {
      quality_->add(RowKind::kEmptyLine, line.number, line.text);
      continue;
    }
    if (line.bom && line.number != 1) quality_->add(RowKind::kBomMidfile, line.number, line.text);
    if (line.terminated && line.cr != crlf_file_) quality_->add(RowKind::kCrlf, line.number, line.text);
    if (line.text.front() == ' ' || line.text.back() == ' ') {
      quality_->add(RowKind::kLeadingSpace, line.number, line.text);
      row.text.remove_prefix(row.text.find_first_not_of(' '));
      row.text = row.text.substr(0, row.text.find_last_not_of(' ') + 1);
    }
    return true;
  }
  return false;
}

void RowSource::reject(const Row& row, RowKind kind) {
  quality_->add(row.terminated ? kind : RowKind::kTruncatedLastLine, row.line, row.text);
}

}  // namespace omega::feed
