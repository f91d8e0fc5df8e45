package function

const version = "first"
