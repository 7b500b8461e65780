"""Files: the only place that opens a contract file or a workbook, or replaces one."""
