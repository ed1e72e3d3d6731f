export const  badly   = {a:1}
