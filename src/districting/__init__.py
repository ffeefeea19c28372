"""Plan 学区 (school districts), attendance zones and teachers for a county."""
