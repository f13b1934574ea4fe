module step

go 1.19
